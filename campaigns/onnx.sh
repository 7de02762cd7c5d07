#!/usr/bin/env bash
# Mutated .onnx files, opened as predict and transfer open them: does each predict a picture, or is it refused with its path?
#   bash campaigns/onnx.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/onnx-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" onnx ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
