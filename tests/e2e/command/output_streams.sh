#!/usr/bin/env bash
# `weft replay --output` shows what went to stdout and stderr, whatever descriptor it took.
. "$(dirname "$0")/command.bash"
cat >streams.py <<'PY'
import os, threading
os.write(1, b"out %d\n" % os.getpid())
os.write(2, b"err %d\n" % os.getpid())
copy = os.dup(1)
def write_there():
    os.write(os.dup2(2, 40), b"err by 40 in a thread\n")
    os.write(copy, b"out by a copy in a thread\n")
thread = threading.Thread(target=write_there)
thread.start()
thread.join()
os.dup2(2, 1)
os.dup2(copy, 2)
os.write(1, b"err by 1\n")
os.write(2, b"out by 2\n")
null = os.open("/dev/null", os.O_WRONLY)
os.write(null, b"nowhere\n")
os.dup2(null, 1)
os.write(1, b"nowhere by 1\n")
PY
"$weft" record -q -o t.weft python3 streams.py >recorded.out 2>recorded.err
expect 0 "$weft" replay --output t.weft
cmp recorded.out out || fail "stdout: $(cat out)"
grep -v '^weft:\|^      ' err | cmp recorded.err - || fail "stderr: $(cat err)"
[ "$(wc -l <out)" = 3 ] || fail "stdout: $(cat out)"
# As pipes; and both the same.
"$weft" record -q -o u.weft python3 streams.py 2>&1 | cat >recorded
expect 0 "$weft" replay --output u.weft
[ "$(sort recorded)" = "$(grep -hv '^weft:\|^      ' out err | sort)" ] || fail "$(cat out err)"
# To /dev/null: what else goes there is not shown.
cat >nowhere.py <<'PY'
import os
null = os.open("/dev/null", os.O_WRONLY)
os.write(null, b"nowhere\n")
os.write(1, b"out\n")
PY
"$weft" record -q -o v.weft python3 nowhere.py >/dev/null 2>&1
expect 0 "$weft" replay --output v.weft
says out out
! grep -q nowhere out err || fail "shown: $(cat out err)"
# Threads that write at the same time: in the order in which the file has it.
cat >many.py <<'PY'
import os, threading
def write(number):
    for line in range(50):
        os.write(1, b"%d %d\n" % (number, line))
threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
PY
"$weft" record -q -o w.weft python3 many.py >recorded
expect 0 "$weft" replay --output w.weft
cmp recorded out
