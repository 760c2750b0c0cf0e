#!/usr/bin/env bash
# weft dap by the client that VS Code's own adapters are tested with, over the storefront.
set -euo pipefail
weft=$(realpath "$1") modules=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/packages.bash"
. "$here/../debugger/record_storefront.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm_packages "$modules"
record_storefront "$weft" "$dir/t.weft"
node dap_testsupport.mjs "$weft" "$dir/t.weft" "$(cd "$here/../../samples/storefront" && pwd)"
