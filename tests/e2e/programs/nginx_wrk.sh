#!/bin/bash
# nginx in one process, serving files to wrk.
. "$(dirname "$0")/program.bash"
needs wrk curl
port=$(free_port)
seconds=$((long ? 5 : 1))
mkdir "$work/site" "$work/nginx"
echo 'a small page' >"$work/site/index.html"
head -c 200000 /dev/urandom >"$work/site/large"
cat >"$work/nginx.conf" <<CONFIG
daemon off;
master_process off;
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
  sendfile on;
  server { listen 127.0.0.1:$port; root $work/site; }
}
CONFIG
nginx=$(command -v nginx || echo /usr/sbin/nginx)
record_in_background "$nginx" -c "$work/nginx.conf" -e "$work/nginx/errors"
until_true 20 curl -sf "http://127.0.0.1:$port/"
timeout 60 wrk -t 1 -c 10 -d "${seconds}s" "http://127.0.0.1:$port/" | grep Requests/sec
for _ in 1 2 3; do curl -sf "http://127.0.0.1:$port/large" | cmp - "$work/site/large"; done
[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/none")" = 404 ]
kill -QUIT "$(cat "$work/nginx/pid")"
end_recording 0
rm -r "$work/site" "$work/nginx"
replay_trace
