#!/bin/bash
# valgrind, which translates the program's text, so that none of it may be changed.
. "$(dirname "$0")/program.bash"
needs valgrind
(cd "$work/data" && "$weft" record -q --no-patch -o "$work/trace.weft" -- \
  valgrind -q --error-exitcode=3 /bin/echo said) >"$work/record.out" 2>"$work/record.err"
[ "$(cat "$work/record.out")" = said ]
replay_trace
