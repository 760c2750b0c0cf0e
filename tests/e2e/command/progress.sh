#!/usr/bin/env bash
# On a terminal there is a progress line while the program works, and it is gone at the end; it
# never shows while an idle program waits for the keyboard. Elsewhere there is none.
. "$(dirname "$0")/command.bash"
cat >on_terminal.py <<'PY'
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    if b"name? " in seen and b"\nhello" not in seen:
        import time
        time.sleep(1.5)
        os.write(terminal, b"Ada\n")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
busy='import os, time
end = time.monotonic() + 1.8
while time.monotonic() < end: os.getppid(); time.sleep(0.001)'
line=$'weft: [0-9.]+ s, [0-9]+ events, [0-9.]+ [kM]?B\r'
erased=$'\r\033\\[K'

expect 0 python3 on_terminal.py "$weft" record --force -o t.weft python3 -c "$busy"
grep -qaE "$line" out || fail "no progress line: $(cat -v out)"
grep -qaE "${erased}weft: recorded" out || fail "the line was not erased: $(cat -v out)"

expect 0 python3 on_terminal.py "$weft" record --force -q -o t.weft python3 -c "$busy"
[ ! -s out ] || fail "not quiet: $(cat -v out)"

# A shell, which asks long before the first progress line is due, on a busy machine too.
expect 0 python3 on_terminal.py "$weft" record --force -o t.weft sh -c \
  'printf "name? "; read name; echo "hello $name"'
grep -qaE "$line" out && fail "a progress line over a question: $(cat -v out)"
says out 'hello Ada'

expect 0 "$weft" record --force -o t.weft python3 -c "$busy"
grep -qE "$line" err && fail "a progress line in a file: $(cat -v err)"
exit 0
