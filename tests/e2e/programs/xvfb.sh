#!/bin/bash
# Xvfb, an X server whose screen is memory, with programs that draw; then a program recorded.
. "$(dirname "$0")/program.bash"
needs Xvfb xdpyinfo xclock
mkdir -p /tmp/.X11-unix 2>/dev/null || true
output_varies=1
record_in_background Xvfb -displayfd 1 -screen 0 640x480x24 -nolisten tcp
until_true 20 grep -q . "$work/record.out"
display=:$(head -n 1 "$work/record.out")
DISPLAY=$display timeout 20 xdpyinfo >/dev/null
DISPLAY=$display timeout 1 xclock -update 1 || [ $? = 124 ]
kill -TERM -- "-$recording"
end_recording 0
replay_trace

start Xvfb -displayfd 1 -screen 0 640x480x24 -nolisten tcp >"$work/display"
until_true 20 grep -q . "$work/display"
check_command xdpyinfo -display ":$(head -n 1 "$work/display")"
