#!/usr/bin/env bash
# The replayed process is killed while the user looks at it: weft makes a new one. And none is left
# when weft itself is killed.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$weft" record -o "$dir/t.weft" "$programs/lines" >/dev/null 2>&1

mkfifo "$dir/in"
"$weft" debug "$dir/t.weft" <"$dir/in" >"$dir/out" 2>&1 &
debugger=$!
exec 3>"$dir/in"
say() { echo "$1" >&3; }
wait_for() {
  for _ in $(seq 300); do
    if grep -q "$1" "$dir/out"; then return 0; fi
    sleep 0.1
  done
  echo "'$1' did not come:"; cat "$dir/out"; exit 1
}
say 'b factorial'
say c
wait_for 'breakpoint 1.1'
for child in $(pgrep -P "$debugger" weft-runtime || true); do kill -9 "$child" 2>/dev/null || true; done
say 'goto start'
wait_for 'start of the recording'
say 'goto end'
wait_for 'end of the recording'
children=$(pgrep -P "$debugger" || true)
kill -9 "$debugger"
wait "$debugger" 2>/dev/null || true
for _ in $(seq 100); do
  left=$(for pid in $children; do grep -qs weft-runtime "/proc/$pid/comm" && echo "$pid"; done || true)
  [ -z "$left" ] && exit 0
  sleep 0.1
done
echo "left behind: $left"
exit 1
