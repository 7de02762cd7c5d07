#!/bin/sh
# Makes src/JustAlexNet/Reports/Fonts/NotoSansSC-Subset.ttf again: Noto Sans SC, and from Noto Sans the letters that it lacks (Ł, ž, ğ ...).
# Needs npm, and fonttools (apt-get install fonttools; 4.38.0 made the committed file).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$here/../../src/JustAlexNet/Reports/Fonts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export SOURCE_DATE_EPOCH=0

fetch() { # package, version: unpacked into a folder of the package's name
    npm pack --silent "@expo-google-fonts/$1@$2" > /dev/null
    mkdir "$1"
    tar xzf "expo-google-fonts-$1-$2.tgz" -C "$1" --strip-components 1
}

cut_down() { # font, list of characters, result
    pyftsubset "$1" --unicodes-file="$2" --output-file="$3" --layout-features= --drop-tables+=GSUB,GPOS,GDEF,BASE,STAT,vhea,vmtx \
        --no-hinting --notdef-outline --name-IDs=0,1,2,3,4,5,6,13,14 --recalc-bounds
}

fetch noto-sans-sc 0.4.3
fetch noto-sans 0.4.2
sc=noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf
/usr/bin/python3 "$here/characters.py" > wanted.txt
/usr/bin/python3 "$here/characters.py" --missing-in "$sc" > missing.txt
cut_down "$sc" wanted.txt 1.ttf
cut_down noto-sans/400Regular/NotoSans_400Regular.ttf missing.txt 2.ttf
pyftmerge --output-file="$target/NotoSansSC-Subset.ttf" 1.ttf 2.ttf
cat noto-sans-sc/LICENSE_FONT > "$target/LICENSE-NotoSansSC.txt"
cat noto-sans/LICENSE_FONT > "$target/LICENSE-NotoSans.txt"
sha256sum "$target/NotoSansSC-Subset.ttf"
