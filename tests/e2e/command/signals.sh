#!/usr/bin/env bash
# Signals to weft record reach the program once; those that the program sends to its group do not
# come back to it; a stopped program stops the job.
. "$(dirname "$0")/command.bash"
cat >counts.py <<'PY'
import os, signal, sys, time
seen = []
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(number, lambda n, frame: seen.append(signal.Signals(n).name))
signal.signal(signal.SIGTERM, lambda n, frame: (print(*sorted(seen), flush=True), sys.exit(5)))
if len(sys.argv) > 1:
    os.kill(0, signal.SIGUSR1)
open("ready", "w").close()
while True:
    time.sleep(0.05)
PY

# record_counts [ARGS]: in the background, in a group of its own; $recording is weft's pid.
record_counts() {
  rm -f ready
  setsid "$weft" record --force -o t.weft python3 counts.py "$@" >out 2>err </dev/null &
  recording=$!
  until_true test -e ready
}
ends_with() {
  local status=0
  wait "$recording" || status=$?
  [ $status = 5 ] || fail "status $status: $(cat err)"
  [ "$(cat out)" = "$1" ] || fail "the program saw '$(cat out)', not '$1'"
}

record_counts
for number in INT HUP USR1 USR2; do
  kill -$number "$recording"
  sleep 0.1
done
kill -TERM "$recording"
ends_with 'SIGHUP SIGINT SIGUSR1 SIGUSR2'

record_counts to_group
kill -TERM "$recording"
ends_with 'SIGUSR1'

# Job control: the program decides, the launcher follows. The kernel stops no process of a session
# that nobody watches over, so this one is a job of the shell's.
set -m
rm ready
"$weft" record --force -o t.weft python3 counts.py >out 2>err </dev/null &
recording=$!
set +m
until_true test -e ready
program=$(pgrep -P "$recording" -x python3 || pgrep -P "$recording" -f counts.py)
state() { sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status"; }
is_stopped() { [ "$(state "$1")" = T ]; }
is_running() { [ "$(state "$1")" != T ]; }
kill -TSTP "$recording"
until_true is_stopped "$program"
until_true is_stopped "$recording"
kill -CONT "$recording"
until_true is_running "$program"
until_true is_running "$recording"
kill -TERM "$recording"
ends_with ''
