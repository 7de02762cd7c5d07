#!/usr/bin/env bash
# Runs of train and transfer, killed at random moments and begun again by the same command: do they end as one that never stopped, is a checkpoint ever damaged or missing?
#   bash campaigns/kill.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/kill-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# The command is the one that this was built with, or what JUSTALEXNET names. Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" kill ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
