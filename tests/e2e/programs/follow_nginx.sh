#!/bin/bash
# nginx with two workers: all three processes are recorded, and the requests are found.
. "$(dirname "$0")/program.bash"
needs wrk curl
port=$(free_port)
seconds=$((long ? 5 : 1))
record_options=(--follow)
record_nginx 'worker_processes 2;'
timeout 60 wrk -t 1 -c 10 -d "${seconds}s" "http://127.0.0.1:$port/" | grep Requests/sec
kill -QUIT "$(cat "$work/nginx/pid")"
end_recording 0
"$weft" info "$work/trace.weft" | grep '^processes *3 '
# One of them may have got all connections.
for worker in 1 2; do
  "$weft" requests "$work/trace.weft@$worker" >>"$work/requests" || true
done
grep -m 1 'GET / ' "$work/requests"
rm -rf "$work/site" "$work/nginx" "$work"/trace.weft@*.index
replay_trace
