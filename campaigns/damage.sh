#!/usr/bin/env bash
# Checkpoints cut off and with other bytes at random places: is each refused, or loaded with every value unchanged?
#   bash campaigns/damage.sh [COUNT [SEED [RESULTS]]]
# RESULTS: a line a block [default: out/campaigns/damage-SEED.txt]; what is done there is not done again, so a run that was cut off goes on.
# The first case makes the checkpoints, by the command. Another SEED draws other cases. Exit code 1: a promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."
program=out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns
[ -x "$program" ] || dotnet build -c Release -v q campaigns/JustAlexNet.Campaigns
"$program" damage ${1:+--count "$1"} --seed "${2:-1}" ${3:+--results "$3"}
