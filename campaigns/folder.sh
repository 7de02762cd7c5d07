#!/usr/bin/env bash
# A folder of 1,300,000 pictures (hard links to a few, made once in out/bench): how long until the first batch, how many bytes a picture?
#   bash campaigns/folder.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/folder-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" folder ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
