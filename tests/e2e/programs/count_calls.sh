#!/bin/bash
# The calls that the runtime saw against those that strace counts: see ../count_calls.
. "$(dirname "$0")/program.bash"
needs strace
"$programs/../count_calls" "$weft"
