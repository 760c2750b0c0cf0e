#!/usr/bin/env bash
# An agent that knows nothing but "the service is slow sometimes" finds the SQL table in 6 calls, and
# then who holds it up.
set -euo pipefail
weft=$1
. "$(dirname "$0")/../e2e/record_storefront.bash"
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
record_storefront "$weft" "$dir/t.weft"
python3 "$(dirname "$0")/mcp_story.py" "$weft" "$dir/t.weft"
