#!/usr/bin/env bash
# The completion scripts in real shells: bash and zsh at a terminal, where Tab is pressed; fish by its
# own `complete -C`.
. "$(dirname "$0")/command.bash"
mkdir bin
printf '#!/bin/sh\n' >bin/some_program
chmod 755 bin/some_program
PATH=$PWD/bin:$(dirname "$weft"):$PATH
: >one.weft
: >two.txt
mkdir traces
for shell in bash zsh fish; do "$weft" completion $shell >$shell.script; done

# What bash offers for a command line: its words, sorted.
bash_offers() {
  bash --norc -c '
    source bash.script
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _weft
    printf "%s\n" "${COMPREPLY[@]}"' - "$@" 2>/dev/null | sort | tr '\n' ' '
}
# offers WORDS WANTED: the last of WORDS is completed.
offers() {
  local wanted=$1 got
  shift
  got=$(bash_offers "$@")
  [ "$got" = "$wanted " ] || fail "bash offers '$got', not '$wanted', for: $*"
}
offers 'record replay report requests' weft re
offers '--from' weft events --fr
offers '--repeat' weft replay --rep
offers 'duration' weft requests --sort d
offers 'one.weft' weft info o
offers 'traces' weft info t
offers 'two.txt' weft debug -x tw
offers 'requests' weft help req
offers 'bash fish zsh' weft completion ''
offers '--force' weft record --forc
offers 'some_program' weft record some_pr
offers 'some_program' weft record -o out.weft some_pr
offers 'two.txt' weft record cat tw
offers '--version' weft --v

# With the package bash-completion, the recorded program's own completion is asked.
lib=/usr/share/bash-completion/bash_completion
[ -e $lib ] || fail "no bash-completion"
own=$(bash --norc -c '. '$lib'
  source bash.script
  _own() { COMPREPLY=("own:${COMP_WORDS[0]}:$2"); }
  complete -F _own server
  COMP_WORDS=(weft record -o x server --po) COMP_CWORD=5
  COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE}
  _weft
  echo "${COMPREPLY[@]}"')
[ "$own" = "own:server:--po" ] || fail "the program's own completion: '$own'"

fish_offers() {
  local got
  got=$(HOME=$PWD fish --no-config -c "source fish.script; complete -C '$2'" | cut -f1 | sort | tr '\n' ' ')
  [ "$got" = "$1 " ] || fail "fish offers '$got', not '$1', for: $2"
}
fish_offers 'record replay report requests' 'weft re'
fish_offers '--from' 'weft events --fr'
fish_offers 'duration' 'weft requests --sort d'
fish_offers 'one.weft' 'weft info on'
fish_offers 'requests' 'weft help req'
fish_offers 'bash fish zsh' 'weft completion '
fish_offers 'two.txt' 'weft record cat tw'
fish_offers 'two.txt' 'weft record -o x cat tw'

# Tab at a terminal: the line that the shell then shows.
cat >press_tab.py <<'PY'
import os, pty, select, sys, time
shell, typed, wanted = sys.argv[1:4]
set_up = {"bash": "source bash.script", "zsh":
          "autoload -U compinit; compinit -u -D; source ./zsh.script"}
start = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
os.environ.update(TERM="dumb", PS1="> ", PROMPT="> ")
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(shell, start[shell])
seen = ""

def read_until(text, seconds):
    global seen
    end = time.monotonic() + seconds
    while text not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace").replace("\a", "")
            except OSError:
                break
    return text in seen

os.write(terminal, (set_up[shell] + "; echo re''ady\n").encode())
found = read_until("ready", 30)
seen = ""
os.write(terminal, typed.encode() + b"\t")
found = found and read_until(wanted, 30)
os.close(terminal)
sys.exit(0 if found else f"{shell} does not complete {typed!r} to {wanted!r}: {seen!r}")
PY
for shell in bash zsh; do
  python3 press_tab.py $shell 'weft stat' 'weft stats '
  python3 press_tab.py $shell 'weft replay --rep' 'weft replay --repeat'
  python3 press_tab.py $shell 'weft requests --sort dur' 'weft requests --sort duration'
  python3 press_tab.py $shell 'weft info on' 'weft info one.weft'
  python3 press_tab.py $shell 'weft record -q --for' 'weft record -q --force'
done
