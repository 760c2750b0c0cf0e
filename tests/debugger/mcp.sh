#!/usr/bin/env bash
# weft mcp by raw JSON-RPC lines.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$weft" record -q -o "$dir/t.weft" "$programs/tasks" >/dev/null
python3 "$(dirname "$0")/mcp.py" "$weft" "$dir/t.weft"

# Somebody wants an end; a client that is gone; a trace that is not there: one error, nothing is left.
mkfifo "$dir/in"
"$weft" mcp "$dir/t.weft" <"$dir/in" >"$dir/out" &
server=$!
exec 9>"$dir/in"
echo '{"jsonrpc": "2.0", "id": 1, "method": "ping"}' >&9
for _ in $(seq 100); do [ -s "$dir/out" ] && break; sleep 0.1; done
kill -TERM $server
wait $server
exec 9>&-
"$weft" mcp "$dir/t.weft" <"$dir/in" > >(head -n 1 >/dev/null) &
server=$!
exec 9>"$dir/in"
echo '{"jsonrpc": "2.0", "id": 1, "method": "ping"}' >&9
wait $server
exec 9>&-
status=0
"$weft" mcp "$dir/none.weft" </dev/null >"$dir/out" 2>"$dir/error" || status=$?
[ $status = 2 ] && [ ! -s "$dir/out" ] && grep -q 'none.weft' "$dir/error"

# Nobody to speak with.
for door in mcp dap; do
  for closed in '<&-' '>&-'; do
    status=0
    eval "timeout 20 \"$weft\" $door \"$dir/t.weft\" $closed 2>\"$dir/error\"" || status=$?
    [ $status = 2 ] && grep -qE 'std(in|out) is closed' "$dir/error" || { cat "$dir/error"; exit 1; }
  done
done
