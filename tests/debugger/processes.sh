#!/usr/bin/env bash
# weft debug goes from one process of a recording to another: processes, process N, goto crash.
set -euo pipefail
weft=$1 programs=$2
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export COLUMNS=200

debug() {
  local words=()
  for word in "$@"; do words+=(-c "$word"); done
  "$weft" debug --batch "${words[@]}" "$dir/t.weft" >"$dir/out" 2>&1
}
says() {
  grep -Eq -- "$1" "$dir/out" || { echo "'$1' is missing:"; cat "$dir/out"; exit 1; }
}
ulimit -c 0
"$weft" record -q --follow -o "$dir/t.weft" "$programs/family"

debug processes
says '^\* +0 .* exit status 0 '
says '^  +1 .* exit status 3 '
says '^  +2 .* killed by SIGSEGV '

# In the process that has crashed; its own crash where it has one; back in the first one.
debug 'goto crash' 'up 0' 'p value' 'goto crash' 'process 0' 'process'
says '^process 2, PID [0-9]+, of process 0: .*/family'
says 'crash\(.*value=42\) at family.cc:12'
says '^\(int\) 42'
says '^process 0, PID [0-9]+, the first: .*/family'
says '^process 0 of 3'

# The child when the parent has its answer: it has written it, and does nothing else before its end.
# Each process keeps its breakpoints.
debug 'b answered' c 'process 1' where 'process 0' 'breakpoint list' 'process 1' 'breakpoint list'
says 'answered\(.*value=42\) at family.cc'
says '^process 1, PID [0-9]+, of process 0: .*/family'
says 'main at family.cc:24'
[ "$(grep -c "name = 'answered'" "$dir/out")" = 1 ] || { cat "$dir/out"; exit 1; }

# Before a process has begun, and after its end.
debug 'goto start' 'process 2'
says 'main at family.cc:28'
says 'its beginning: it has not begun by then'
debug 'goto end' 'process 1' 'rne' 'process 7' || true
says 'end of its log: nothing comes later|end of the recording'
says 'error: there is no process 7; processes lists them'

# Of one process there is no other one; words of LLDB's own are still LLDB's.
"$weft" record -q --force -o "$dir/t.weft" /bin/true
debug processes 'process status'
says 'its children are recorded with weft record --follow'
debug 'goto crash' || true
says 'error: the program did not die by a signal'
# Nobody crashed.
"$weft" record -q --follow --force -o "$dir/t.weft" sh -c '(exit 3); exit 0'
debug 'goto crash' || true
says 'error: no process died by a signal'
