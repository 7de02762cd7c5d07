#!/usr/bin/env bash
# Hot reloads (every fifth file cut off) and restarts by SIGTERM under load: does a request that was accepted fail?
#   bash campaigns/serve-restarts.sh [COUNT [SEED [fp32|int8 [RESULTS]]]]
# RESULTS: a line for every ten [default: out/bench/load/restarts-PRECISION-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# The server is the one that the bench was built with, or the command that JUSTALEXNET names; ResNet18, 224 px, on the photos of samples/ or ../shared/data. Exit code 1: something fell.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Bench/release/JustAlexNet.Bench
[ -x "$program" ] || dotnet build -c Release -v q bench/JustAlexNet.Bench
count=${1:-100} seed=${2:-1} precision=${3:-int8}
"$program" load restarts "count=$count" "seed=$seed" "precision=$precision" ${4:+"results=$4"}
