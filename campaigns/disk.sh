#!/usr/bin/env bash
# Runs of train and transfer on disks that are full, fill up, become read-only or fail: whole checkpoints, an exit code that says so, and the same end once the disk is well?
#   bash campaigns/disk.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/disk-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# Small disks need root (mount), failing calls need strace; what is not there is counted as not done. Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" disk ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
