#!/bin/bash
# dash, which starts programs by vfork, in an environment of 40 variables and more: wrappers as
# servers have them, command substitutions, pipes, background jobs, and an exec at the end.
. "$(dirname "$0")/program.bash"
needs dash
output_varies=1
children_write=1
for number in $(seq 40); do export "WEFT_TEST_VARIABLE_$number=value number $number"; done
check_command dash -c 'mkdir -p run; rm -f run/pid; exec cat /etc/hostname /proc/sys/kernel/random/uuid'
check_command dash -c 'where=$(dirname "$0"); system=$(uname -s); mkdir -p run; rm -f run/pid
  echo "$where $system $$"; date +%N; exec date +%N' launcher
check_command dash -c 'for i in 1 2 3 4 5; do date +%N; done | sort | cat
  sleep 0.1 & echo "$!"; wait; no-such-program || echo "status $?"
  count=0; while [ $count -lt 20 ]; do true; /bin/true; count=$((count + 1)); done; echo $count'
