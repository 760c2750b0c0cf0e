#!/usr/bin/env bash
# weft replay --verify: what memory holds is compared. A change that nobody recorded, in memory that the
# program passes to no call, is found, and the page is named.
. "$(dirname "$0")/command.bash"
cat >change.py <<'PY'
import ctypes, os, sys
c = ctypes.CDLL(None, use_errno=True)
c.prctl(0x59616d61, ctypes.c_ulong(-1 & 2**64 - 1), 0, 0, 0)  # PR_SET_PTRACER_ANY
word = ctypes.c_long(1)
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("bytes", ctypes.c_size_t)]
ends = os.pipe()
if os.fork() == 0:
    done = b"0"
    if len(sys.argv) > 1:
        five = ctypes.c_long(5)
        if c.process_vm_writev(os.getppid(), ctypes.byref(Vector(ctypes.addressof(five), 8)), 1,
                               ctypes.byref(Vector(ctypes.addressof(word), 8)), 1, 0) == 8:
            done = b"1"
    os.write(ends[1], done)
    os._exit(0)
print(os.read(ends[0], 1).decode(), hex(ctypes.addressof(word) & ~4095))
PY
expect 0 "$weft" record -q --digests 0 -o exact.weft python3 change.py
expect 0 "$weft" replay --verify exact.weft
says out 'memory was as recorded at'
expect 0 "$weft" events exact.weft
says out 'digests of'
expect 0 "$weft" record -q -o few.weft true
expect 0 "$weft" replay --verify few.weft
says out 'memory was compared at preemptions only'

expect 0 "$weft" record -q --digests 0 -o changed.weft python3 change.py once
read -r done page <out
if [ "$done" = 0 ]; then
  echo 'second half not tested: this user may not write to the memory of a process'
  exit 77
fi
expect 0 "$weft" replay changed.weft
expect 4 "$weft" replay --verify changed.weft
says err 'memory holds something else'
says err "$page"
says err 'all memory that was compared at event'
