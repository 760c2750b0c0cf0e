#!/usr/bin/env bash
# Without -o the trace is PROGRAM-PID.weft in the working directory, mode 0600.
. "$(dirname "$0")/command.bash"
expect 0 "$weft" record sh -c 'echo $$'
trace=sh-$(cat out).weft
[ -f "$trace" ] || fail "no $trace: $(ls)"
[ "$(stat -c %a "$trace")" = 600 ] || fail "mode $(stat -c %a "$trace")"
