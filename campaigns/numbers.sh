#!/usr/bin/env bash
# train and transfer on pictures all black, all white, of a class that never occurs, with learning rates far too high: is each stopped and explained, or does it end with finite weights?
#   bash campaigns/numbers.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/numbers-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" numbers ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
