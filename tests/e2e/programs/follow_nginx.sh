#!/bin/bash
# nginx with two workers: all three processes are recorded, and the requests are found.
. "$(dirname "$0")/program.bash"
needs wrk curl
port=$(free_port)
seconds=$((long ? 5 : 1))
mkdir "$work/site" "$work/nginx"
echo 'a small page' >"$work/site/index.html"
cat >"$work/nginx.conf" <<CONFIG
daemon off;
worker_processes 2;
pid $work/nginx/pid;
error_log $work/nginx/errors;
events { worker_connections 256; }
http {
  access_log $work/nginx/access;
  client_body_temp_path $work/nginx/body;
  proxy_temp_path $work/nginx/proxy;
  fastcgi_temp_path $work/nginx/fastcgi;
  uwsgi_temp_path $work/nginx/uwsgi;
  scgi_temp_path $work/nginx/scgi;
  server { listen 127.0.0.1:$port; root $work/site; }
}
CONFIG
chmod -R a+rwX "$work"
nginx=$(command -v nginx || echo /usr/sbin/nginx)
record_options=(--follow)
record_in_background "$nginx" -c "$work/nginx.conf" -e "$work/nginx/errors"
until_true 20 curl -sf "http://127.0.0.1:$port/"
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
