#!/bin/bash
# The guest that hashes everything it can see prints the same hash in 1,000 replays, a second time
# under another user's address space lay-out: in another directory, without an environment.
. "$(dirname "$0")/../programs/program.bash"
cd "$work/data"
${CXX:-c++} -std=c++20 -O1 -g -pthread "$programs/../../guests/exactness.cc" -o exactness
"$weft" record -o "$work/trace.weft" -- ./exactness >"$work/record.out"
rm exactness
cd "$work/elsewhere"
env -i PATH=/usr/bin:/bin "$weft" replay "$work/trace.weft" --repeat 1000 --output >"$work/replay.out"
[ "$(wc -l <"$work/replay.out")" = 1000 ]
sort -u "$work/replay.out" | cmp - "$work/record.out"
