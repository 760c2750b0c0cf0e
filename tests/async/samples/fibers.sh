#!/bin/bash
# samples/fibers: fibers of a program that was built without any flag.
. "$(dirname "$0")/sample.bash"
record_in_background "$(sample fibers)" 40
end_recording 0
replay_trace
