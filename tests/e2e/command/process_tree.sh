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

# What one process of a tree has found out is not found out again by the others: the same places ask
# the processor, and are answered the same, as where nobody has been told anything.
expect 0 "$weft" record --follow -o told.weft sh -c '/bin/true; /bin/true; exit 0'
expect 0 "$weft" record -o alone.weft /bin/true
asks() {
  "$weft" events "$1" | sed -E 's/^\[[0-9]+\] \+[0-9.]+ //' |
    grep -E ' (data 0x[0-9a-f]+ 1 bytes "\\x06"|cpuid|xgetbv)' |
    grep -Ev 'cpuid\(0x(1|b|1a|1f|8000001e) '
}
asks alone.weft >asked
grep -q cpuid asked && grep -q '"\\x06"' asked || fail "what does it ask? $(head asked)"
for process in 1 2; do
  diff asked <(asks told.weft@$process) >&2 || fail "process $process asks something else"
done
expect 0 "$weft" replay told.weft

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
expect 0 "$weft" record --until-parent -o until.weft \
  sh -c '(echo >begun; exec sleep 30) & until [ -s begun ]; do :; done; exit 0'
says err 'one child still runs, unrecorded from here on'
expect 0 "$weft" info until.weft
says out 'ended        exit status 0'
grep -Eq '^ +1 +[0-9]+ +0 +[0-9]+ +still running +' out || fail "info: $(cat out)"
expect 0 "$weft" info until.weft@1
says out 'ended        still running when the recording ended'
expect 0 "$weft" info --json until.weft@1
python3 -c 'import json; assert json.load(open("out"))["end"] == {"how": "running"}' || fail "$(cat out)"
expect 0 "$weft" replay until.weft
setsid env --default-signal=INT "$weft" record --follow -o asked.weft sh -c 'sleep 30 & exit 0' \
  >out 2>err </dev/null &
recording=$!
until_true grep -q 'still recorded' err
kill -INT "$recording"
wait "$recording" || fail "asked to end: status $?"
says err 'one child still runs, unrecorded from here on'
expect 0 "$weft" info asked.weft
says out 'still running'
expect 0 "$weft" replay asked.weft

# How each process ended, as its own log or somebody who was told says it: of SYS_exit, a status that
# is cut to eight bits, signals; by wait4, waitid and SIGCHLD.
cat >ends.py <<'P'
import ctypes, os, signal, time
def child(does):
    pid = os.fork()
    if pid == 0:
        does()
        os._exit(1)
    return pid
def told_by_signal(does):
    signal.signal(signal.SIGCHLD, lambda *_: None)
    pid = child(does)
    time.sleep(0.3)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.waitid(os.P_PID, pid, os.WEXITED)
os.waitpid(child(lambda: ctypes.CDLL(None).syscall(60, 5)), 0)
os.waitpid(child(lambda: os.kill(os.getpid(), signal.SIGKILL)), 0)
os.waitpid(child(lambda: os._exit(-1)), 0)
os.waitpid(child(lambda: ctypes.string_at(0)), 0)
os.waitid(os.P_PID, child(lambda: os.kill(os.getpid(), signal.SIGTERM)), os.WEXITED)
told_by_signal(os.abort)
os._exit(-2)
P
expect 254 "$weft" record --follow -o ends.weft /usr/bin/python3 ends.py
expect 0 "$weft" info ends.weft
says out 'ended        exit status 254'
expect 0 "$weft" info --json ends.weft
python3 -c '
import json
ends = [row["end"] for row in json.load(open("out"))["processes"]]
assert ends == ["exit status 254", "exit status 5", "killed by SIGKILL", "exit status 255",
                "killed by SIGSEGV", "killed by SIGTERM", "killed by SIGABRT"], ends' || fail 'ends'
expect 0 "$weft" info ends.weft@1
says out 'ended        exit status 5'
expect 0 "$weft" replay ends.weft

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
[ -s err ] || fail 'replay: not a word about the end that is missing'
expect 5 "$weft" info killed.weft
grep -Eq '^\* +0 +[0-9]+ +- +[0-9]+ +not in the file +' out || fail "info: $(cat out)"
record_busy
kill -KILL "$program"
touch stop
status=0
wait "$recording" || status=$?
[ $status = 137 ] || fail "status $status, not 137"
expect 0 "$weft" replay killed.weft
expect 0 "$weft" info killed.weft
says out 'killed by SIGKILL'
