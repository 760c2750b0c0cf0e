#!/usr/bin/env bash
# An IDE goes to the slow request of the storefront, steps over a co_await, back, and to who wrote a value.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/record_storefront.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
record_storefront "$1" "$dir/t.weft"
timeout 100 python3 "$here/dap_story.py" "$1" "$dir/t.weft" "$here/../../samples/storefront"
