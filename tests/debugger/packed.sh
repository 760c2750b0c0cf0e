#!/usr/bin/env bash
# weft pack keeps what names and lines need beside the trace: the program may be gone, or another one.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"

debug() {
  "$weft" debug --batch -c "b add" -c c -c "p a" -c rc "$dir/t.weft" >"$dir/out" 2>&1 || true
}
cp "$programs/lines" "$dir/program"
"$weft" record -q -o "$dir/t.weft" "$dir/program" >/dev/null
"$weft" pack "$dir/t.weft" >"$dir/packed"
grep -q "^packed [0-9]* files (.*B) into $dir/t.weft.symbols" "$dir/packed" || { cat "$dir/packed"; exit 1; }
[ -z "$(find "$dir/t.weft.symbols" -name '*.part')" ] || { echo "a part is left"; exit 1; }

# weft record does the same, and says so where the program does not write.
"$weft" record -q --debug-info -o "$dir/u.weft" "$dir/program" >"$dir/out" 2>"$dir/packed"
diff -r "$dir/t.weft.symbols" "$dir/u.weft.symbols"
grep -q "^packed .* into $dir/u.weft.symbols" "$dir/packed" || { cat "$dir/packed"; exit 1; }

rm "$dir/program"
mkdir "$dir/elsewhere"
mv "$dir"/t.weft* "$dir/elsewhere"
mv "$dir/elsewhere"/* "$dir"
debug
grep -q "add(a=0, b=0) at lines.cc:9" "$dir/out" || { echo "no lines:"; cat "$dir/out"; exit 1; }
grep -q "(int) 0" "$dir/out" || { echo "no variables:"; cat "$dir/out"; exit 1; }

# The twin: without it there are no lines.
mv "$dir/t.weft.symbols" "$dir/aside"
debug
! grep -q "lines.cc:9" "$dir/out" || { echo "where do the lines come from?"; cat "$dir/out"; exit 1; }

# Another program of that name is not packed, and said so.
cp "$programs/pipes" "$dir/program"
"$weft" pack "$dir/t.weft" >"$dir/packed"
grep -q "not packed: $dir/program: it is not there as it was recorded" "$dir/packed" || { cat "$dir/packed"; exit 1; }
! "$weft" pack "$dir/nothing.weft" 2>"$dir/out" || { echo "packed nothing"; exit 1; }
