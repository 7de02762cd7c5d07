#!/usr/bin/env bash
# Four times what the server can do, for minutes: are answers as many as ever, is the rest refused at once with 429, does the memory stand still?
#   bash campaigns/serve-overload.sh [fp32|int8 [SECONDS [SEED [RESULTS]]]]
# RESULTS: a line for every 30 seconds [default: out/bench/load/overload-PRECISION-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# The server is the one that the bench was built with, or the command that JUSTALEXNET names; ResNet18, 224 px, on the photos of samples/ or ../shared/data. Exit code 1: something fell.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Bench/release/JustAlexNet.Bench
[ -x "$program" ] || dotnet build -c Release -v q bench/JustAlexNet.Bench
precision=${1:-int8} seconds=${2:-300} seed=${3:-1}
"$program" load overload "precision=$precision" "seconds=$seconds" "seed=$seed" ${4:+"results=$4"}
