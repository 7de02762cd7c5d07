#!/usr/bin/env bash
# 2,000 steps, 200 epochs, 20,000 predictions twice, 100 models: do native tensors and resident memory stand still?
#   bash campaigns/memory.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/memory-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Results hold the numbers at ten intervals. Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" memory ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
