#!/bin/bash
# Static binaries: one of ours, ldconfig, and busybox where it is installed and static.
. "$(dirname "$0")/program.bash"
is_static() { ! readelf -lW "$1" | grep -q INTERP; }
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
if is_static "$ldconfig"; then
  check_command "$ldconfig" -p
  check_command "$ldconfig" --version
fi
busybox=$(command -v busybox || true)
if [ -n "$busybox" ] && is_static "$busybox"; then
  children_write=1 check_command "$busybox" sh -c 'seq 1000 | sort -rn | head -3; echo $((6 * 7))'
  check_command "$busybox" sha256sum "$busybox"
fi
check_command "$(built static_words)" /usr/share/common-licenses/GPL-3
