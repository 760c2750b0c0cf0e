#!/bin/bash
# samples/hang (S3, S4): who waits for what, and who has it, in a program that hangs.
. "$(dirname "$0")/sample.bash"
record_hanging "$(sample hang locks)" 1
replay_trace
record_hanging "$(sample hang channels)" 2
replay_trace
