#!/usr/bin/env bash
# Where memory is shared with children, `weft info` says so, and the report of a divergence names it.
. "$(dirname "$0")/command.bash"
cat >share.py <<'PY'
import ctypes, mmap, os, sys
c = ctypes.CDLL(None, use_errno=True)
c.prctl(0x59616d61, ctypes.c_ulong(-1 & 2**64 - 1), 0, 0, 0)  # PR_SET_PTRACER_ANY
shared = mmap.mmap(-1, 4096)
word = ctypes.c_long(1)
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("bytes", ctypes.c_size_t)]
ends = os.pipe()
if os.fork() == 0:
    shared[0] = 7
    if len(sys.argv) > 1:  # nobody records this
        five = ctypes.c_long(5)
        c.process_vm_writev(os.getppid(), ctypes.byref(Vector(ctypes.addressof(five), 8)), 1,
                            ctypes.byref(Vector(ctypes.addressof(word), 8)), 1, 0)
    os.write(ends[1], b"x")
    os._exit(0)
os.read(ends[0], 1)
print(shared[0], word.value)
PY
"$weft" record -q -o quiet.weft python3 share.py >out
says out '7 1'
expect 0 "$weft" info quiet.weft
says out 'memory is shared with children that are not recorded'
expect 0 "$weft" replay quiet.weft
"$weft" record -q -o other.weft python3 share.py once more >out
if grep -q '7 5' out; then
  expect 4 "$weft" replay other.weft
  says err 'suspect   event'
  says err 'memory is shared with children that are not recorded'
else
  echo 'second half not tested: this user may not write to the memory of a process'
  exit 77
fi
