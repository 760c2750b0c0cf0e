#!/usr/bin/env bash
# weft mcp by the client of the official SDK, and by the story of the slow service.
set -euo pipefail
weft=$(realpath "$1") modules=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/packages.bash"
. "$here/../debugger/record_storefront.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm_packages "$modules"
record_storefront "$weft" "$dir/t.weft"
node mcp_sdk.mjs "$weft" "$dir/t.weft"
