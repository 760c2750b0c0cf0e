#!/bin/bash
# bash: pipelines, substitutions, subshells, traps, jobs, here-documents and a read loop.
. "$(dirname "$0")/program.bash"
children_write=1
check_command bash -c '
  set -o pipefail
  seq 3000 | sort -rn | head -5 | while read -r n; do echo "n $n"; done
  total=0; for i in $(seq 200); do total=$((total + i)); done; echo $total
  diff <(seq 10) <(seq 11) | wc -l
  trap "echo usr1" USR1; kill -USR1 $$; (exit 3); echo $?
  sleep 0.05 & wait $!; echo waited $?
  cat <<END | tr a-z A-Z
here document
END
  printf "%s\n" one two three >words; mapfile -t words <words; echo ${#words[@]}
  false | true; echo ${PIPESTATUS[0]} $?
  seq 100000 | yes 2>/dev/null | head -1 >/dev/null; echo $((PIPESTATUS[2]))
  echo "$(echo $(echo nested))"
  exit 5'
check_command sh -c '
  x=$(printf "a\nb\nc\n" | wc -l); echo $x
  ls / | sort | cksum; exec echo replaced'
output_varies=1
check_command bash -c 'echo $RANDOM $$ $EPOCHREALTIME $(date +%N)'
