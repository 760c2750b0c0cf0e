#!/usr/bin/env bash
# weft dap by the client that VS Code's own adapters are tested with, over the storefront.
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
node dap_testsupport.mjs "$weft" "$dir/t.weft" "$(cd "$here/../../samples/storefront" && pwd)"
