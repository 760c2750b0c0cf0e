#!/bin/bash
# samples/cache (S1): the fetches that a time-out cancelled, where, and by whom.
. "$(dirname "$0")/sample.bash"
record_in_background "$(sample cache)" 40
end_recording 0
replay_trace
