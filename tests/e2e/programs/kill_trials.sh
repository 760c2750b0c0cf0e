#!/bin/bash
# kill -9 of the program, of the recorder's writer and of its launcher: see ../kill_trials.
. "$(dirname "$0")/program.bash"
"$programs/../kill_trials" "$weft" "$(built busy_calls)" $((long ? 200 : 10))
