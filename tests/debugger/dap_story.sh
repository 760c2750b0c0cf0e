#!/usr/bin/env bash
# An IDE goes to the slow request of the storefront, steps over a co_await, back, and to who wrote a value.
set -euo pipefail
weft=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../e2e/record_storefront.bash"
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
record_storefront "$weft" "$dir/t.weft"
timeout 100 python3 "$here/dap_story.py" "$weft" "$dir/t.weft" "$here/../../samples/storefront"
