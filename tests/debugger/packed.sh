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

# Nobody else may look into it, and no copy can be executed, least of all as somebody else.
modes() { find "$1" -printf '%y %m\n' | sort -u | tr '\n' ' '; }
[ "$(modes "$dir/t.weft.symbols")" = "d 700 f 600 " ] || { modes "$dir/t.weft.symbols"; exit 1; }
cp "$programs/lines" "$dir/other"
chmod 6755 "$dir/other"
"$weft" record -q -o "$dir/s.weft" "$dir/other" >/dev/null 2>"$dir/out" || { cat "$dir/out"; exit 1; }
mkdir -m 755 "$dir/s.weft.symbols"
"$weft" pack "$dir/s.weft" >/dev/null
[ "$(modes "$dir/s.weft.symbols")" = "d 700 f 600 " ] || { modes "$dir/s.weft.symbols"; exit 1; }

# All processes of a trace have one folder, whichever of them is asked for and debugged.
"$weft" record -q --follow -o "$dir/f.weft" -- sh -c "$dir/program; $programs/pipes; exit 0" \
  >/dev/null
"$weft" pack "$dir/f.weft" >/dev/null
"$weft" pack "$dir/f.weft@1" >/dev/null
[ ! -e "$dir/f.weft@1.symbols" ] || { echo "a folder of one process"; exit 1; }
for file in "$dir/program" "$programs/pipes" "$(realpath "$(command -v sh)")"; do
  find "$dir/f.weft.symbols" -type f -exec cmp -s "$file" {} \; -print | grep -q . ||
    { echo "$file of a child is not packed"; exit 1; }
done

# A file without a build ID is named, and "1 file" is one.
strip -R .note.gnu.build-id -o "$dir/nameless" "$programs/lines"
"$weft" record -q -o "$dir/n.weft" "$dir/nameless" >/dev/null
"$weft" pack "$dir/n.weft" >"$dir/packed"
grep -q "^not packed: $dir/nameless: it has no build ID" "$dir/packed" || { cat "$dir/packed"; exit 1; }
cat >"$dir/alone.c" <<'END'
void _start(void) { __asm__("mov $60, %eax; xor %edi, %edi; syscall"); }
END
if cc -nostdlib -static -o "$dir/alone" "$dir/alone.c" -Wl,--build-id 2>/dev/null; then
  "$weft" record -q -o "$dir/a.weft" "$dir/alone"
  "$weft" pack "$dir/a.weft" >"$dir/packed"
  grep -q "^packed 1 file (" "$dir/packed" || { cat "$dir/packed"; exit 1; }
  cc -nostdlib -static -o "$dir/alone" "$dir/alone.c" -Wl,--build-id=none
  "$weft" record -q -o "$dir/b.weft" "$dir/alone"
  ! "$weft" pack "$dir/b.weft" >"$dir/packed" 2>&1 || { echo "packed nothing"; exit 1; }
  grep -q "none of the program's files has a build ID" "$dir/packed" || { cat "$dir/packed"; exit 1; }
fi

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
