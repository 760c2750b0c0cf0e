#!/usr/bin/env bash
# weft serve: the page, the page of a request, refusals; a recording that grows; a port that is taken.
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
# get URL [HEADER]: the body; the status is in the file status.
get() {
  timeout 60 /usr/bin/python3 - "$@" <<'P'
import http.client, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(url.hostname, url.port)
headers = dict(h.split(': ') for h in sys.argv[2:])
connection.request('GET', url.path, headers=headers)
answer = connection.getresponse()
open('status', 'w').write(str(answer.status))
sys.stdout.buffer.write(answer.read())
P
}
get "http://127.0.0.1:$(cat port)/first"
until_true eval '"$weft" requests t.weft >listed 2>/dev/null; grep -q /first listed'
"$weft" serve --no-replay t.weft >said 2>serve.err &
serving=$!
trap 'kill $serving 2>/dev/null; clean_up' EXIT
until_true grep -q http said
url=$(grep -o 'http://127[^ ]*' said)
[[ $url =~ ^http://127\.0\.0\.1:[0-9]+/[0-9a-f]{32}/$ ]] || fail "the address $url"
until_true eval 'get "$url" >page && grep -q "GET /first" page'
says page 'Content-Security-Policy'
! grep -q 'GET /second' page || fail 'what is not there yet'
get "http://127.0.0.1:$(cat port)/second"
until_true eval 'get "$url" >page && grep -q "GET /second" page'
get "${url}request/1" >one
[ "$(cat status)" = 200 ] || fail 'no page of request 1'
get "${url}request/999999" >none
[ "$(cat status)" = 404 ] && says none 'there is no request 999999'
get "${url%/*/}/" >none
[ "$(cat status)" = 404 ] || fail 'an answer without the token'
get "$url" 'Host: evil.example' >none
[ "$(cat status)" = 403 ] || fail 'an answer to another host'
get "$url" 'Origin: http://evil.example' >none
[ "$(cat status)" = 403 ] || fail 'an answer to another origin'
expect 2 timeout 20 "$weft" serve --no-replay --port "$(cut -d: -f3 <<<"$url" | cut -d/ -f1)" t.weft
says err 'cannot listen on 127.0.0.1'
expect 2 "$weft" serve --no-replay none.weft
says err 'none.weft'
kill -0 $serving || fail 'the server has ended'
kill $serving
