#!/usr/bin/env bash
# --follow shows events and requests while the program runs, each within a second or so of its end, and
# ends when the recording does.
. "$(dirname "$0")/command.bash"

cat >server.py <<'P'
import http.server, os
class Hello(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', '0')
        self.end_headers()
        if self.path == '/end': os._exit(0)
    def log_message(self, *_): pass
server = http.server.HTTPServer(('127.0.0.1', 0), Hello)
print(server.server_port, flush=True)
server.serve_forever()
P
setsid "$weft" record -q -o t.weft /usr/bin/python3 server.py >port 2>record.err &
recording=$!
until_true test -s port
port=$(cat port)
"$weft" requests --follow t.weft >requests 2>requests.err &
requests=$!
"$weft" events --follow --call accept4 t.weft >events 2>events.err &
events=$!
get() { timeout 20 /usr/bin/python3 -c "
import http.client, sys
c = http.client.HTTPConnection('127.0.0.1', $port); c.request('GET', sys.argv[1])
try: c.getresponse().read()
except http.client.HTTPException: pass" "$1"; }
for path in /one /two; do
  get $path
  until_true grep -q "GET $path  200" requests
done
until_true test "$(wc -l <events)" -ge 2
kill -0 $requests && kill -0 $events || fail 'it ended before the recording'
get /end
wait $recording || true
recording=
wait $requests || fail "weft requests: $(cat requests.err)"
wait $events || fail "weft events: $(cat events.err)"
[ "$(grep -c 'GET /one' requests)" = 1 ] || fail "not once: $(cat requests)"
[ ! -s requests.err ] && [ ! -s events.err ] || fail 'it complained'
diff events <("$weft" events --call accept4 t.weft) || fail 'not the same events'
expect 2 "$weft" requests --follow --slowest 3 t.weft
