#!/usr/bin/env bash
# All sources pass the checks of .clang-tidy; meta/clang_tidy.sh looks at those that changed last.
set -euo pipefail
tree=$(cd "$(dirname "$0")/../../.." && pwd)
exec "$tree/tests/meta/clang_tidy.sh" "$tree" "$1" --all
