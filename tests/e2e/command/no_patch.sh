#!/usr/bin/env bash
# weft record --no-patch: a program that compares its text with its file finds it as it is.
. "$(dirname "$0")/command.bash"
cat >check.py <<'PY'
import os, time
def differences():
    found = []
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            words = line.split(maxsplit=5)
            if words[1] != "r-xp" or len(words) < 6 or not words[5].startswith("/"):
                continue
            begin, end = (int(word, 16) for word in words[0].split("-"))
            with open(words[5].strip(), "rb") as file:
                file.seek(int(words[2], 16))
                wanted = file.read(end - begin)
            memory.seek(begin)
            if memory.read(end - begin)[:len(wanted)] != wanted:
                found.append(words[5].strip())
    return found
os.getppid()
print(len(differences()), os.getpid(), time.time())
PY
expect 0 "$weft" record -q --no-patch -o left.weft python3 check.py
cp out recorded
grep -q '^0 ' recorded || fail "text has changed: $(cat recorded)"
expect 0 "$weft" replay --output left.weft
cmp out recorded || fail "other in replay: $(cat out)"
expect 0 "$weft" info left.weft
says out '--no-patch'
expect 0 "$weft" record -q -o changed.weft python3 check.py
! grep -q '^0 ' out || fail 'nothing has changed: what does this test show?'
