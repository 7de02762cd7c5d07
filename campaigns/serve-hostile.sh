#!/usr/bin/env bash
# Slow senders, idle connections up to twice the limit, mutated heads, metadata and bodies, by REST and by gRPC: does the server fall, leak, or let an honest caller wait?
#   bash campaigns/serve-hostile.sh [COUNT [SEED [fp32|int8 [RESULTS]]]]
# COUNT: mutated requests, half by each. RESULTS: a line a part [default: out/bench/load/hostile-PRECISION-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# The server is the one that the bench was built with, or the command that JUSTALEXNET names; ResNet18, 224 px, on the photos of samples/ or ../shared/data. Another SEED draws other mutations. Exit code 1: something fell.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Bench/release/JustAlexNet.Bench
[ -x "$program" ] || dotnet build -c Release -v q bench/JustAlexNet.Bench
count=${1:-10000} seed=${2:-1} precision=${3:-int8}
"$program" load hostile "count=$count" "seed=$seed" "precision=$precision" ${4:+"results=$4"}
