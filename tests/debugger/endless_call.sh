#!/usr/bin/env bash
# Ctrl-C ends an expression that would run for ever, within half a second; the session goes on.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$weft" record -q -o "$dir/t.weft" "$programs/kernel_calls" >/dev/null || true
python3 "$(dirname "$0")/endless_call.py" "$weft" "$dir/t.weft"
