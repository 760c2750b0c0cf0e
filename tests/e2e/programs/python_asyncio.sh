#!/bin/bash
# python3 with an asyncio server and clients, timers, a thread pool and a child process: Debian's
# python3, and the one in PATH if that is another.
. "$(dirname "$0")/program.bash"
output_varies=1
found=$(realpath "$(python3 -c 'import sys; print(sys.executable)')")
for python in $(printf '%s\n' "$(realpath /usr/bin/python3)" "$found" | sort -u); do
  echo "$python"
  check_command "$python" "$programs/asyncio_load.py" $((long ? 50 : 10)) 20
done
