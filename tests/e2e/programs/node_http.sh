#!/bin/bash
# node with an HTTP server, fetch, timers, files and worker threads.
. "$(dirname "$0")/program.bash"
needs node
output_varies=1
check_command node "$programs/node_load.js" $((long ? 200 : 20))
