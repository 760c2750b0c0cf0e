#!/bin/bash
# nginx in one process, serving files to wrk.
. "$(dirname "$0")/program.bash"
needs wrk curl
port=$(free_port)
seconds=$((long ? 5 : 1))
mkdir "$work/site"
head -c 200000 /dev/urandom >"$work/site/large"
record_nginx 'master_process off;'
timeout 60 wrk -t 1 -c 10 -d "${seconds}s" "http://127.0.0.1:$port/" | grep Requests/sec
for _ in 1 2 3; do curl -sf "http://127.0.0.1:$port/large" | cmp - "$work/site/large"; done
[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/none")" = 404 ]
kill -QUIT "$(cat "$work/nginx/pid")"
end_recording 0
rm -r "$work/site" "$work/nginx"
replay_trace
