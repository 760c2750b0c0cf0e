#!/bin/bash
# man, which asks for seccomp as libseccomp does, and filters the calls of its children.
. "$(dirname "$0")/program.bash"
needs man
man -w man >/dev/null 2>&1 || { echo 'skipped: no manual pages are installed'; exit 77; }
children_write=1
check_command man -P cat man
