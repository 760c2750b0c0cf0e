#!/bin/bash
# redis-server under redis-benchmark: SET and GET from 50 clients.
. "$(dirname "$0")/program.bash"
needs redis-server redis-benchmark redis-cli
requests=$((long ? 100000 : 10000))
port=$(free_port)
record_in_background redis-server --save '' --appendonly no --bind 127.0.0.1 --port "$port"
until_true 20 redis-cli -p "$port" ping
timeout 120 redis-benchmark -p "$port" -t set,get -n $requests -c 50 -q | tr '\r' '\n' |
  grep requests
redis-cli -p "$port" shutdown nosave
end_recording 0
replay_trace
