#!/usr/bin/env bash
# Record, debug, find the storefront's slow query, step back to what woke it: in a (pseudo-) terminal.
set -euo pipefail
weft=$1
storefront=${WEFT_SAMPLES_DIR:?names the folder with the built samples}/storefront
[ -e "$(dirname "$weft")/weft-lldb.so" ] && [ -x "$storefront/storefront" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
: >"$dir/out"  # it is read before the program has begun
"$weft" record -q -o "$dir/t.weft" "$storefront/storefront" --requests 60 >"$dir/out" 2>&1 &
recording=$!
for _ in $(seq 200); do
  port=$(sed -n 's/^listening on port //p' "$dir/out")
  [ -n "$port" ] && break
  sleep 0.1
done
timeout 60 "$storefront/storefront_load" "$port" 6 10 >/dev/null
wait "$recording"
python3 "$(dirname "$0")/slow_query.py" "$weft" "$dir/t.weft"
