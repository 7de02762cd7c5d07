#!/usr/bin/env bash
# Slow senders, idle connections up to twice the limit, mutated heads and bodies: does the server fall, leak, or let an honest caller wait?
#   bash campaigns/serve-hostile.sh [COUNT [SEED [fp32|int8]]]
# The server is the one that the bench was built with, or the command that JUSTALEXNET names; ResNet18, 224 px, on the photos of samples/ or ../shared/data. Another SEED draws other mutations; a run can be split into several. Exit code 1: something fell.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Bench/release/JustAlexNet.Bench
[ -x "$program" ] || dotnet build -c Release -v q bench/JustAlexNet.Bench
count=${1:-10000} seed=${2:-1} precision=${3:-int8}
"$program" load hostile "count=$count" "seed=$seed" "precision=$precision"
