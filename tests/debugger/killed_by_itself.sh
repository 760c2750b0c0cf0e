#!/usr/bin/env bash
# A program that sends itself the signal that ends it never comes back from that call: goto crash, the
# end of the recording and a continue all show the place of the kill.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

expect_place() {  # COMMAND
  "$weft" debug --batch -c "$1" "$dir/t.weft" >"$dir/out" 2>&1
  grep -A1 "killed by SIG" "$dir/out" | grep -q "frame #0: libc.so.6\`.*kill" ||
    { echo "$1 does not show the kill:"; cat "$dir/out"; exit 1; }
}
for signal in SEGV TERM KILL; do
  "$weft" record -q --force -o "$dir/t.weft" -- bash -c "kill -$signal \$\$; echo never" >"$dir/out" 2>&1 ||
    true
  ! grep -q never "$dir/out" || { echo "it has lived on"; exit 1; }
  for command in "goto crash" "goto end" c; do expect_place "$command"; done
  "$weft" replay "$dir/t.weft" >/dev/null
done

# The twin: what comes from elsewhere is not the program's last call.
"$weft" record -q --force -o "$dir/t.weft" -- bash -c 'kill -0 $$; while :; do :; done' &
recording=$!
for _ in $(seq 100); do
  program=$(pgrep -P "$recording" | head -1) && break
  sleep 0.1
done
sleep 1
kill -SEGV "$program"
wait "$recording" || true
"$weft" debug --batch -c "goto crash" "$dir/t.weft" >"$dir/out" 2>&1
! grep "frame #0" "$dir/out" | grep -q kill || { echo "it was not its own kill:"; cat "$dir/out"; exit 1; }
