#!/bin/bash
# A Boost.Asio echo server with a pool of threads and a timer a connection, under many clients.
. "$(dirname "$0")/program.bash"
echo_program=$(built asio_echo)
record_in_background "$echo_program" server 4
until_true 20 test -s "$work/record.out"
port=$(head -1 "$work/record.out")
timeout 60 "$echo_program" client "$port" $((long ? 100 : 20)) $((long ? 500 : 100))
timeout 10 "$echo_program" stop "$port"
end_recording 0
replay_trace
