#!/bin/bash
# LMDB, which maps its file and writes to it by calls, or in memory.
. "$(dirname "$0")/program.bash"
/usr/bin/python3 -c 'import lmdb' 2>/dev/null || { echo 'skipped: python3-lmdb is not installed'; exit 77; }
cat >"$work/use.py" <<'PY'
import lmdb, os, sys
with lmdb.open(sys.argv[1], map_size=1 << 30, writemap=sys.argv[2] == "writemap") as env:
    for round in range(5):
        with env.begin(write=True) as writing:
            for key in range(500):
                writing.put(b"%d" % (key * 7919 % 1000), os.urandom(60 + round * 500))
            for key in range(0, 500, 3):
                writing.delete(b"%d" % key)
        with env.begin() as reading:
            print(sum(value[0] for _, value in reading.cursor()), reading.stat())
    env.sync(True)
PY
output_varies=1
check_command /usr/bin/python3 "$work/use.py" by_calls calls
check_command /usr/bin/python3 "$work/use.py" in_memory writemap
