#!/bin/bash
# What weft sees of a redis-server: each command of redis-benchmark, one at a time and pipelined, with
# its reply; also where only the beginning of a reply was recorded.
. "$(dirname "$0")/program.bash"
. "$(dirname "$0")/exchanges.bash"
needs redis-server redis-benchmark redis-cli
port=$(free_port)
record_in_background redis-server --save '' --appendonly no --bind 127.0.0.1 --port "$port"
until_true 20 redis-cli -p "$port" ping
bench() { timeout 120 redis-benchmark -p "$port" -q "$@" >/dev/null; }
bench -t set,get -n 3000 -c 20
bench -t incr,lpush -n 8000 -c 10 -P 16
bench -t lrange_300 -n 300 -c 5 -P 4  # fills the list with 300 LPUSH first
redis-cli -p "$port" hgetall nothing >/dev/null
redis-cli -p "$port" incr mylist >/dev/null
redis-cli -p "$port" shutdown nosave
end_recording 0
expect_exchanges 3000 ' SET key:__rand_int__ <3 bytes>  =>  OK$'
expect_exchanges 3000 ' GET key:__rand_int__  =>  <3 bytes>$'
expect_exchanges 8000 ' INCR counter:__rand_int__  =>  [0-9]+$'
expect_exchanges 8300 ' LPUSH mylist <3 bytes>  =>  [0-9]+$'
expect_exchanges 300 ' LRANGE mylist 0 299  =>  (300 elements|.not recorded.)$'
expect_exchanges 1 ' HGETALL nothing  =>  0 (elements|pairs)$'
expect_exchanges 1 ' INCR mylist  =>  WRONGTYPE .* FAILED$'
expect_exchanges 1 ' SHUTDOWN nosave  =>   UNFINISHED$'
