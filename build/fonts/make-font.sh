#!/bin/sh
# Makes src/JustAlexNet/Evaluation/Fonts/NotoSansSC-Subset.ttf again. Needs npm, and fonttools (apt-get install fonttools; 4.38.0 made the committed file).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$here/../../src/JustAlexNet/Evaluation/Fonts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @expo-google-fonts/noto-sans-sc@0.4.3
tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
/usr/bin/python3 "$here/characters.py" > characters.txt
export SOURCE_DATE_EPOCH=0
pyftsubset package/400Regular/NotoSansSC_400Regular.ttf --unicodes-file=characters.txt --output-file="$target/NotoSansSC-Subset.ttf" \
    --layout-features= --drop-tables+=GSUB,GPOS,GDEF,BASE,STAT,vhea,vmtx --no-hinting --notdef-outline --name-IDs=0,1,2,3,4,5,6,13,14 --recalc-bounds
cp package/LICENSE_FONT "$target/LICENSE-NotoSansSC.txt"
ls -l "$target"
