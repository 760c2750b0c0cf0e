#!/usr/bin/env bash
# A program that is another one since it was recorded: weft debug says so, and takes what the trace has
# of it. A copy with the same content is as good as the recorded file.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"

expect() {  # WHAT COMMAND...: the commands say it
  local what=$1 words=()
  shift
  for command; do words+=(-c "$command"); done
  "$weft" debug --batch "${words[@]}" "$dir/t.weft" >"$dir/out" 2>&1 || true
  grep -q -- "$what" "$dir/out" || { echo "expected '$what':"; cat "$dir/out"; exit 1; }
}

cp "$programs/lines" "$dir/program"
"$weft" record -q -o "$dir/t.weft" "$dir/program" >/dev/null
touch -d '2001-01-01' "$dir/program"
expect "program\`add(a=0, b=0) at lines.cc:9" "b add" c
! grep -q "not the file" "$dir/out" || { echo "a file of the same content was refused"; exit 1; }

cp "$programs/pipes" "$dir/program"
expect "note: $dir/program is not the file that was recorded: the trace's own copy is used" "b add"
expect "frame #[0-9]: program\`.*" "goto end" bt
expect "is not the file that was recorded" "goto end" moment

rm "$dir/program"
expect "frame #[0-9]: program\`.*" "goto end" bt
# The same file, or its debug information, elsewhere: by its build ID.
mkdir "$dir/symbols"
with_symbols() {
  "$weft" debug --batch --symbols "$dir/symbols" -c "b add" -c c -c moment "$dir/t.weft" >"$dir/out" 2>&1 || true
  grep -q "add(a=0, b=0) at lines.cc:9" "$dir/out" || { echo "$1: no symbols:"; cat "$dir/out"; exit 1; }
}
cp "$programs/lines" "$dir/symbols/program"
with_symbols "the file elsewhere"
grep -q "program is not the file that was recorded: $dir/symbols/program is" "$dir/out" || { cat "$dir/out"; exit 1; }
rm "$dir/symbols/program"
objcopy --only-keep-debug "$programs/lines" "$dir/symbols/program.debug"
with_symbols "debug information apart"

[ -z "$(ls "$TMPDIR")" ] || { echo "left behind: $(ls "$TMPDIR")"; exit 1; }
