#!/usr/bin/env bash
# weft dap by raw messages.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$weft" record -q -o "$dir/t.weft" "$programs/lines" >/dev/null
timeout 100 python3 "$here/dap.py" "$weft" "$dir/t.weft" "$here/programs/lines.cc"
