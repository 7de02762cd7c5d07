#!/usr/bin/env bash
# Mutated .pth files of both containers and .safetensors files: is each read or refused with its path, is nothing of it run, is memory bounded by its length?
#   bash campaigns/weights.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/weights-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" weights ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
