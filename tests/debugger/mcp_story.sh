#!/usr/bin/env bash
# An agent that knows nothing but "the service is slow sometimes" finds the SQL table in 6 calls, and
# then who holds it up.
set -euo pipefail
. "$(dirname "$0")/record_storefront.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
record_storefront "$1" "$dir/t.weft"
python3 "$(dirname "$0")/mcp_story.py" "$1" "$dir/t.weft"
