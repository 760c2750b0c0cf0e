#!/bin/bash
# redis-server with an append-only file and background saves: it forks, and fsyncs in threads.
. "$(dirname "$0")/program.bash"
needs redis-server redis-benchmark redis-cli
port=$(free_port)
saves() { redis-cli -p "$port" info persistence | tr -d '\r' | grep -x "$1"; }
record_in_background redis-server --save '' --appendonly yes --appendfsync everysec \
  --bind 127.0.0.1 --port "$port"
until_true 20 redis-cli -p "$port" ping
for round in 1 2; do
  timeout 60 redis-benchmark -p "$port" -t set,lpush -n $((long ? 20000 : 2000)) -c 10 -q >/dev/null
  redis-cli -p "$port" bgsave
  until_true 20 saves rdb_bgsave_in_progress:0
  redis-cli -p "$port" bgrewriteaof
  until_true 20 saves aof_rewrite_in_progress:0
  echo "round $round saved"
done
saves rdb_last_bgsave_status:ok
saves aof_last_bgrewrite_status:ok
redis-cli -p "$port" shutdown save
end_recording 0
[ -s "$work/data/dump.rdb" ]
replay_trace
