#!/usr/bin/env bash
# The program has its environment, its open files, its signal mask and dispositions, as without weft.
. "$(dirname "$0")/command.bash"
cat >look.py <<'PY'
import os, signal, sys
def is_open(fd):
    try:
        os.fstat(fd)
        return True
    except OSError:
        return False
print({k: v for k, v in sorted(os.environ.items()) if k not in ("_", "SHLVL")})
print([fd for fd in range(256) if is_open(fd)])
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
print([n for n in range(1, 65) if n not in (9, 19) and signal.getsignal(n) == signal.SIG_IGN])
print(os.getcwd(), sys.argv, os.nice(0))
PY
exec 7<look.py
(trap '' HUP USR2; python3 look.py x >native 5>five)
(trap '' HUP USR2; "$weft" record -o t.weft python3 look.py x >recorded 5>five 2>err)
cmp native recorded || fail "$(diff native recorded)"
# With standard files closed.
python3 look.py >&- 2>two || true
expect 0 sh -c '"$0" record -q -o u.weft python3 -c "import os; os.fstat(1)" <&-' "$weft"

# A pipe that the program closes reaches its end although the program goes on.
end=$({ exec "$weft" record -q -o v.weft sh -c 'echo first; exec >&-; sleep 3; echo end >late'; } |
  { cat; [ -e late ] || echo in time; })
[ "$end" = $'first\nin time' ] || fail "the reader of the pipe waited: $end"
