#!/bin/bash
# samples/storefront under load: exact in every replay; S0: the slow requests are at the top, and what
# took the time is a query of the table that the background job updates.
. "$(dirname "$0")/sample.bash"
requests=$((long ? 1200 : 240))
record_in_background "$(sample storefront)" --requests $requests --update-ms 200
until_true 20 grep -q listening "$work/record.out"
port=$(sed -n 's/^listening on port //p' "$work/record.out")
timeout 60 "$(sample storefront storefront_load)" "$port" 6 $((requests / 6))
end_recording 0
replay_trace
