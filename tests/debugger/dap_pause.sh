#!/usr/bin/env bash
# weft dap while something runs: progress is told, pause and cancel stop it, a client that leaves ends it.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$weft" record -q -o "$dir/t.weft" "$programs/busy_loop" >/dev/null
timeout 150 python3 "$here/dap_pause.py" "$weft" "$dir/t.weft" "$here/programs/busy_loop.cc"
