#!/usr/bin/env bash
# Commands at random on recordings of seven programs, forward and back: see random_walk.py. As a long
# test (COMMANDS of each is large) all kinds of commands come after all kinds of moves.
#   random_walk.sh WEFT PROGRAMS [COMMANDS [SEED]]
set -euo pipefail
weft=$1 programs=$2 commands=${3:-25} seed=${4:-1}
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
walk() {  # PROGRAM SETUP...
  local program=$(basename "$1") path=$programs/$1
  shift
  "$weft" record -q -o "$dir/$program.weft" "$path" >/dev/null 2>&1 || true
  python3 "$here/random_walk.py" "$weft" "$dir/$program.weft" "$seed" "$commands" "$@"
}
walk lines 'b add' 'watchpoint set variable g_last'
walk two_threads 'b two_threads.cc:12'
walk ../../guests/spin_loads 'break-event preempt'
walk crew 'b cancel_order' 'break-event task created'
walk pool_crash 'break-event write'
walk handled_fault 'b main'
walk optimized 'b main'
