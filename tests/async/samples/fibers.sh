#!/bin/bash
# samples/fibers: fibers of a program that was built without any flag.
. "$(dirname "$0")/sample.bash"
record_in_background "$(sample fibers)" 40
end_recording 0
# The ticker, the producer and the consumer, the generator of the producer, Boost's own dispatcher.
rows stats >"$work/stats"
holds 'sum(row["started"] for row in it if row["kind"] == "fiber") == 5' <"$work/stats"
replay_trace
