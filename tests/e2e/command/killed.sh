#!/usr/bin/env bash
# kill -9 of the launcher, of the recorder, of the program: the program of a killed launcher or
# recorder goes on, and every trace opens and replays to its end.
. "$(dirname "$0")/command.bash"
# It ends when there is a file "stop".
busy='i=0; while [ ! -e stop ]; do echo $i; i=$((i+1)); done >log; exit 0'

# record_busy NAME: in the background; $recording is weft's pid, $recorder its recorder's.
record_busy() {
  setsid "$weft" record --force -o "$1.weft" sh -c "$busy" >out 2>err </dev/null &
  recording=$!
  until_true test -s log
  recorder=$(pgrep -P "$recording" -x weft-recorder)
  program=$(pgrep -P "$recording" | grep -vx "$recorder")
}
ended() { ! kill -0 "$1" 2>/dev/null; }
goes_on() {
  local before
  before=$(stat -c %s log)
  until_true eval "[ \$(stat -c %s log) -gt $before ]"
  touch stop
}
replays() {
  expect 0 "$weft" replay "$1.weft"
  rm -f log stop
}

record_busy launcher
kill -KILL "$recording"
wait "$recording" 2>/dev/null || true
goes_on
until_true ended "$program"
until_true ended "$recorder"
replays launcher

record_busy recorder
kill -KILL "$recorder"
goes_on
wait "$recording" || fail "the program ended with status $?"
says err 'the recorder was killed'
replays recorder

record_busy program
kill -KILL "$program"
status=0
wait "$recording" || status=$?
[ $status = 137 ] || fail "status $status, not 137"
replays program
