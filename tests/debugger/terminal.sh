#!/usr/bin/env bash
# The prompt in a real (pseudo-) terminal: history, repetition, suggestions, Ctrl-C.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$weft" record -o "$dir/t.weft" "$programs/lines" >/dev/null 2>&1
python3 "$(dirname "$0")/terminal.py" "$weft" "$dir/t.weft"
