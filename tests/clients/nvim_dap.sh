#!/usr/bin/env bash
# samples/editors/nvim in a real Neovim, headless: to the slow request, over a co_await, back, and to who
# wrote a value. nvim-dap is taken from $WEFT_NVIM_DAP, or from where it lives.
set -euo pipefail
weft=$(realpath "$1") plugin=${WEFT_NVIM_DAP:-$3-nvim-dap}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../e2e/record_storefront.bash"
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
command -v nvim >/dev/null || { echo "skipped: no nvim (Debian: neovim)"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
if [ ! -e "$plugin/lua/dap.lua" ]; then
  timeout 60 git clone -q --depth 1 --branch 0.6.0 https://github.com/mfussenegger/nvim-dap "$plugin" \
    >"$dir/git.log" 2>&1 || { echo "skipped: nvim-dap cannot be had: $(tail -1 "$dir/git.log")"; exit 77; }
fi
record_storefront "$weft" "$dir/t.weft"
export WEFT=$weft TRACE=$dir/t.weft SAMPLES=$here/../../samples XDG_STATE_HOME=$dir XDG_CACHE_HOME=$dir
timeout 120 nvim --headless -u NONE -i NONE --cmd "set rtp+=$plugin" \
  -c "lua dofile('$here/nvim_dap.lua')" >"$dir/said" 2>&1 || { cat "$dir/said"; exit 1; }
grep -q '^passed' "$dir/said" || { cat "$dir/said"; exit 1; }
