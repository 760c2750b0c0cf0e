#!/usr/bin/env bash
# weft record --follow: what info, replay, events and requests say of a tree; kill -9 of its parts;
# the end of the recording.
. "$(dirname "$0")/command.bash"

expect 7 "$weft" record --follow -o t.weft sh -c '(exit 3); /bin/echo hello; exit 7'
says err ' events of 3 processes ('
expect 0 "$weft" info t.weft
says out 'processes    3 (FILE@N names one: weft events FILE@1)'
grep -Eq '^\* +0 +[0-9]+ +- +[0-9]+ +exit status 7 +' out || fail "info: $(cat out)"
grep -Eq '^ +1 +[0-9]+ +0 +[0-9]+ +exit status 3 +' out || fail "info: $(cat out)"
expect 0 "$weft" info --json t.weft@2
python3 -c '
import json
rows = json.load(open("out"))["processes"]
assert [row["number"] for row in rows] == [0, 1, 2], rows
assert [row.get("parent") for row in rows] == [None, 0, 0], rows
assert rows[1]["shared_events"] > 100 and rows[2]["shared_events"] == 0, rows
assert rows[2]["program"].endswith("/echo"), rows' || fail 'info --json'
expect 0 "$weft" replay --repeat 2 t.weft
says out 'replayed t.weft 2 times: 3 processes, '
expect 0 "$weft" replay t.weft@1
says out 'replayed t.weft@1 once: '
expect 0 "$weft" replay --process 2 --output t.weft
says out 'hello'
expect 0 "$weft" replay --json t.weft
python3 -c '
import json
rows = json.load(open("out"))["processes"]
assert len(rows) == 3 and all(row["exact"] for row in rows), rows' || fail 'replay --json'
expect 0 "$weft" events --process 1 t.weft
says out 'from here on this is the forked process'
expect 0 "$weft" events t.weft@1
says out 'exit with status 3'
expect 2 "$weft" info t.weft@3
says err 'there is no process 3 in t.weft'
says err 'see them with weft info t.weft'

# Without it there is one process, and a note.
expect 0 "$weft" record -o one.weft sh -c '(exit 3); exit 0'
expect 0 "$weft" info one.weft
says out 'format version 3'
says out 'a child is not recorded'
expect 0 "$weft" record --no-follow -o two.weft sh -c '(exit 3); exit 0'

# A child that stays: the recording ends with it, with the program, or when somebody asks for it.
expect 0 "$weft" record --follow -o stays.weft sh -c '(sleep 0.4; exit 9) & exit 0'
says err 'still recorded (Ctrl-C ends the recording)'
expect 0 "$weft" info stays.weft
says out 'exit status 9'
expect 0 "$weft" record --until-parent -o until.weft sh -c 'sleep 30 & exit 0'
expect 0 "$weft" info until.weft
says out 'not known'
expect 0 "$weft" replay until.weft
setsid env --default-signal=INT "$weft" record --follow -o asked.weft sh -c 'sleep 30 & exit 0' \
  >out 2>err </dev/null &
recording=$!
until_true grep -q 'still recorded' err
kill -INT "$recording"
wait "$recording" || fail "asked to end: status $?"
expect 0 "$weft" replay asked.weft

# kill -9. What was recorded of all processes replays.
busy='i=0; while [ ! -e stop ]; do (echo $i; exec sleep 0.05); i=$((i+1)); done >log; exit 0'
record_busy() {
  rm -f log stop
  setsid "$weft" record --follow --force -o killed.weft sh -c "$busy & $busy" >out 2>err </dev/null &
  recording=$!
  until_true test -s log
  recorder=$(pgrep -P "$recording" -x weft-recorder)
  program=$(pgrep -P "$recording" | grep -vx "$recorder")
  sleep 0.5
}
record_busy
kill -KILL "$recorder"
touch stop
wait "$recording" || fail "the program ended with status $?"
says err 'the recorder was killed'
expect 0 "$weft" replay killed.weft
says out ' processes, '
record_busy
kill -KILL "$program"
touch stop
status=0
wait "$recording" || status=$?
[ $status = 137 ] || fail "status $status, not 137"
expect 0 "$weft" replay killed.weft
expect 0 "$weft" info killed.weft
says out 'killed by SIGKILL'
