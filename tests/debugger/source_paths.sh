#!/usr/bin/env bash
# Sources that lie elsewhere than when they were compiled (--source-map), debug information in a file of
# its own, and a program that has none.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

expect() {  # WHAT OPTIONS...: weft debug says it
  local what=$1
  shift
  "$weft" debug --batch "$@" "$dir/t.weft" >"$dir/out" 2>&1 || true
  grep -q -- "$what" "$dir/out" || { echo "expected '$what':"; cat "$dir/out"; exit 1; }
}
record() { "$weft" record -q --force -o "$dir/t.weft" "$dir/program" >/dev/null; }

mkdir "$dir/then" "$dir/now"
cp "$(dirname "$0")/programs/lines.cc" "$dir/then/lines.cc"
g++ -g -O0 "$dir/then/lines.cc" -o "$dir/program"
mv "$dir/then/lines.cc" "$dir/now/lines.cc"
record
expect "at lines.cc:9" -c "b add" -c c
! grep -q "int sum = a + b" "$dir/out" || { echo "a source that is not there was shown"; exit 1; }
expect "-> 9 .*int sum = a + b" --source-map "$dir/then=$dir/now" -c "b add" -c c

objcopy --only-keep-debug "$dir/program" "$dir/program.debug"
strip "$dir/program"
(cd "$dir" && objcopy --add-gnu-debuglink=program.debug program)
record
expect "-> 9 .*int sum = a + b" --source-map "$dir/then=$dir/now" -c "b add" -c c
expect "at lines.cc:24" -c "b add" -c c -c rf

rm "$dir/program.debug"
record
expect "no line information here" -c "b write" -c c -c rn
expect "reverse instruction step" -c "b write" -c c -c rsi
expect "program\`" -c "b write" -c c -c bt
