#!/bin/bash
# Threads that pass a byte to and fro run on one processor; one that computes alone afterwards has
# its own processors back. The same in a recorded child, whose parent's threads did it before.
. "$(dirname "$0")/program.bash"
[ "$(nproc)" -gt 1 ] || { echo "skipped: one processor"; exit 77; }

# on_one PID: some thread of it may use one processor only.
on_one() {
  grep -h '^Cpus_allowed_list' "/proc/$1"/task/*/status | grep -q -v '[-,]'
}
first_on_all() {
  grep '^Cpus_allowed_list' "/proc/$1/task/$1/status" | grep -q '[-,]'
}
said() { grep "^$1 " "$work/record.out"; }

# check WORD...: with these arguments.
check() {
  local gathered=
  record_in_background "$(built pass_then_compute)" "$@"
  until_true 20 said passes
  pid=$(said passes | cut -d' ' -f2)
  for _ in $(seq 100); do
    if on_one "$pid"; then gathered=1; fi
    if said computes >/dev/null; then break; fi
    sleep 0.02
  done
  [ -n "$gathered" ] || { echo "its threads were never gathered" >&2; exit 1; }
  until_true 20 said computes
  sleep 0.5
  first_on_all "$pid" || { echo "it computes on one processor" >&2; exit 1; }
  kill -TERM "$pid"
  end_recording
  replay_trace
}
check
record_options=(--follow)
check fork
