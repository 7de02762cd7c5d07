#!/usr/bin/env bash
# Loading and prediction broken off at random moments: is there a deadlock, is a thread left behind?
#   bash campaigns/loader.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/loader-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" loader ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
