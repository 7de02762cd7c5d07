#!/usr/bin/env bash
# Compares the recipes of recipes/ at equal epochs over several seeds: validation and test photos together, mean and spread.
#   bash campaigns/recipes.sh PHOTOS TEST OUT [EPOCHS [SEEDS]]
# PHOTOS: class folders to train on, a fifth of which is validation. TEST: class folders that no run sees. OUT: runs and results; what is done there is not done again, what was interrupted goes on.
# JUSTALEXNET names the command, else the one built here. Prints a line a run as it ends, then a table.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 3 ] || { sed -n '2,5s/^# \?//p' "$0" >&2; exit 2; }
photos=$1 test=$2 out=$3 epochs=${4:-12} seeds=${5:-3}
command=${JUSTALEXNET:-out/bin/JustAlexNet.Cli/release/justalexnet}
mkdir -p "$out"

# The same network and the same last size for all; fast.yaml's sizes change at the same shares of the run.
options() {
  case $1 in
    original) echo --model resnet18 --image-size 128 ;;
    good) echo ;;
    fast) echo --image-size "96@1,128@$((epochs / 2 + 1))" ;;
  esac
}

number() { grep -o "\"$2\":[0-9.e-]*" "$1" | head -1 | cut -d: -f2; }

for ((seed = 0; seed < seeds; seed++)); do
  for recipe in original good fast; do
    run=$out/$recipe-$seed
    [ -s "$run.line" ] && continue
    # shellcheck disable=SC2046
    "$command" train "$photos" --recipe "recipes/$recipe.yaml" $(options "$recipe") --epochs "$epochs" --seed "$seed" --output "$run" --resume auto >> "$run.log" 2>&1
    "$command" evaluate "$photos" --split val --checkpoint "$run/best_model.pth" --output "$run/val" --json > "$run.val.json" 2> "$run.val.err"
    "$command" evaluate "$test" --split all --checkpoint "$run/best_model.pth" --output "$run/test" --json > "$run.test.json" 2> "$run.test.err"
    seconds=$(awk -F, 'NR > 1 { sum += $9 } END { printf "%.0f", sum }' "$run/history.csv")
    awk -v recipe="$recipe" -v seed="$seed" -v seconds="$seconds" -v v="$(number "$run.val.json" top1)" -v nv="$(number "$run.val.json" images)" -v t="$(number "$run.test.json" top1)" -v nt="$(number "$run.test.json" images)" \
      'BEGIN { printf "%s %d %.4f %.4f %.4f %d\n", recipe, seed, v, t, (v * nv + t * nt) / (nv + nt), seconds }' > "$run.line"
    cat "$run.line"
  done
done

awk '{ n[$1]++; sum[$1] += $5; time[$1] += $6; if (!($1 in low) || $5 < low[$1]) low[$1] = $5; if ($5 > high[$1]) high[$1] = $5 }
     END { printf "\n%-9s %5s  %6s  %-13s  %s\n", "recipe", "runs", "top-1", "spread", "seconds a run"
           for (i = 1; i <= split("original good fast", name, " "); i++) { r = name[i]; if (n[r]) printf "%-9s %5d  %.4f  %.4f-%.4f  %.0f\n", r, n[r], sum[r] / n[r], low[r], high[r], time[r] / n[r] } }' "$out"/*.line
