#!/usr/bin/env bash
# continue and reverse-continue stop at the same moments, in the reverse order: breakpoints, event
# breakpoints and watchpoints mixed.
set -euo pipefail
weft=$1 programs=$2
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for program in lines crew; do
  "$weft" record -o "$dir/$program.weft" "$programs/$program" >/dev/null 2>&1 || true
done
python3 "$here/mirror.py" "$weft" "$dir/lines.weft" 14 \
  'b add' 'break-event write' 'watchpoint set variable g_last'
python3 "$here/mirror.py" "$weft" "$dir/crew.weft" 5 \
  'b cancel_order' 'break-event task created' 'goto start'
