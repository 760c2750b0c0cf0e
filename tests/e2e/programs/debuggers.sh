#!/bin/bash
# gdb and strace: they trace children, which are not recorded.
. "$(dirname "$0")/program.bash"
needs gdb strace
output_varies=1
children_write=1
check_command strace -f -o calls sh -c 'ls /; exit 3'
grep -q execve "$work/data/calls"
check_command gdb -nx -batch -ex 'break main' -ex run -ex 'info registers rip' -ex stepi -ex kill /bin/true
