#!/usr/bin/env bash
# Mutated JPEG, PNG, WebP, BMP and GIF files, by SkiaSharp and by libjpeg-turbo: is each decoded or refused with its path and the reason, in time and memory that are bounded, and by both alike?
#   bash campaigns/pictures.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/pictures-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" pictures ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
