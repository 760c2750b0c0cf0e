#!/usr/bin/env bash
# Sources are as clang-format 19 has them, by .clang-format. Debian 12 and 13 both have that version;
# others format some constructs in another way.
#
#   tests/meta/clang_format.sh [TREE]    fails if a file is not
#   tests/meta/clang_format.sh --write   formats all of them
set -euo pipefail
tree=$(cd "$(dirname "$0")/../.." && pwd)
mode=(--dry-run --Werror)
if [ "${1:-}" = --write ]; then mode=(-i); else tree=${1:-$tree}; fi
cd "$tree"
command -v clang-format-19 >/dev/null || { echo "no clang-format-19 (Debian: clang-format-19)"; exit 77; }
# The lines of programs in tests/debugger and tests/async are named in what is expected of them.
find include recorder replayer debugger tests samples \( -name "*.cc" -o -name "*.h" \) \
  -not -path "tests/debugger/programs/*" -not -path "tests/async/*" |
  xargs clang-format-19 "${mode[@]}"
