#!/usr/bin/env bash
# recorder/SYSCALLS.md says what the system-call table says.
#
#   tests/meta/syscall_document.sh [TREE]     fails if the document is stale
#   tests/meta/syscall_document.sh --write    writes it anew
set -euo pipefail

write=no
tree=$(cd "$(dirname "$0")/../.." && pwd)
for argument in "${@:1:1}"; do
  if [ "$argument" = --write ]; then write=yes; else tree=$argument; fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CXX:-c++}" -std=c++20 -O0 -Wall -Wextra -Werror -I "$tree/include" "$tree/tests/meta/syscall_document.cc" \
  -o "$work/print"
"$work/print" > "$work/SYSCALLS.md"

document=$tree/recorder/SYSCALLS.md
if [ "$write" = yes ]; then
  cp "$work/SYSCALLS.md" "$document"
elif ! diff -u "$document" "$work/SYSCALLS.md"; then
  echo "recorder/SYSCALLS.md is stale: run tests/meta/syscall_document.sh --write" >&2
  exit 1
fi
