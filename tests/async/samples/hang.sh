#!/bin/bash
# samples/hang (S3, S4): who waits for what, and who has it, in a program that hangs.
. "$(dirname "$0")/sample.bash"

record_hanging "$(sample hang locks)" 1
rows tasks --stuck >"$work/stuck"
holds 'len(it[0]["cycles"]) == 1 and len(it[0]["cycles"][0]) == 2' <"$work/stuck"
for words in 'waits for lock \"cash\", owned by' 'waits for lock \"stock\", owned by' checkout; do
  holds "any(\"$words\" in wait['text'] for wait in it[0]['cycles'][0])" <"$work/stuck"
done
replay_trace

record_hanging "$(sample hang channels)" 2
rows tasks --stuck >"$work/stuck"
holds 'len(it[0]["cycles"]) == 1 and len(it[0]["cycles"][0]) == 2' <"$work/stuck"
for words in 'plan' 'execute' 'waits for channel \"jobs\"' 'waits for channel \"results\"'; do
  holds "any(\"$words\" in wait['text'] for wait in it[0]['cycles'][0])" <"$work/stuck"
done
replay_trace
