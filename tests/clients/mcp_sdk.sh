#!/usr/bin/env bash
# weft mcp by the client of the official SDK, and by the story of the slow service.
set -euo pipefail
weft=$(realpath "$1") modules=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/packages.bash"
. "$here/../e2e/record_storefront.bash"
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm_packages "$modules"
record_storefront "$weft" "$dir/t.weft"
node mcp_sdk.mjs "$weft" "$dir/t.weft"
