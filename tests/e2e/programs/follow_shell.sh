#!/bin/bash
# Shell scripts recorded with all their children: subshells, pipelines, a hundred short commands, jobs.
. "$(dirname "$0")/program.bash"
needs dash
check_tree dash -c '
  (exit 3); echo $?
  seq 3000 | sort -rn | head -5 | while read -r n; do echo "n $n"; done
  x=$(printf "a\nb\nc\n" | wc -l); echo $x
  false | true; echo $?
  sleep 0.05 & wait $!; echo waited $?
  exec echo replaced'
check_tree dash -c 'i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i + 1)); done; echo $i'
check_tree bash -c '
  set -o pipefail
  diff <(seq 10) <(seq 11) | wc -l
  seq 100000 | yes 2>/dev/null | head -1 >/dev/null; echo $((PIPESTATUS[2]))
  echo "$(echo $(echo nested))"
  (kill -9 $BASHPID); echo $?
  sh -c "kill -SEGV \$\$"; echo $?
  exit 5'
# A launcher that leaves a daemon behind.
check_tree dash -c '(setsid sh -c "sleep 0.3; echo late >late" &) ; echo early'
