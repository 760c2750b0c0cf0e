#!/usr/bin/env bash
# Record, debug, find the storefront's slow query, step back to what woke it: in a (pseudo-) terminal.
set -euo pipefail
weft=$1
. "$(dirname "$0")/../e2e/record_storefront.bash"
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
record_storefront "$weft" "$dir/t.weft" 6 10
python3 "$(dirname "$0")/slow_query.py" "$weft" "$dir/t.weft"
