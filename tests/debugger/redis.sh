#!/usr/bin/env bash
# redis-server, unmodified, recorded under load: by what its clients sent, by function, both ways.
. "$(dirname "$0")/../e2e/programs/program.bash"
here=$(cd "$(dirname "$0")" && pwd)
needs redis-server redis-benchmark redis-cli
[ -e "$(dirname "$weft")/weft-lldb.so" ] || { echo "no LLDB here"; exit 77; }
port=$(free_port)
record_in_background redis-server --save '' --appendonly no --bind 127.0.0.1 --port "$port"
until_true 20 redis-cli -p "$port" ping
timeout 60 redis-benchmark -p "$port" -t set,get -n 1000 -c 10 -q >/dev/null
redis-cli -p "$port" shutdown nosave
end_recording 0

cat >"$work/script" <<'EOF'
break-event call == read && bytes ~ "SET key:.*"
b readQueryFromClient
continue
continue
reverse-continue
bt
finish
bt
break-event delete 1
EOF
"$weft" debug --batch -x "$work/script" "$work/trace.weft" >"$work/said"
said() { grep -q "$1" "$work/said" || { echo "not said: $1"; cat "$work/said"; exit 1; }; }
said 'event breakpoint 1: 1000 events in the recording'
said 'frame #0: .*`readQueryFromClient'
said 'frame #.*`aeMain'
said 'frame #.*`main'
said 'step out'
python3 "$here/mirror.py" "$weft" "$work/trace.weft" 8 \
  'break-event read where bytes ~ "SET key:.*"' 'b readQueryFromClient'
