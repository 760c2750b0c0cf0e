# What the tests of the weft command share: `. "$(dirname "$0")/command.bash"`. Gives $weft and an
# empty working directory, which is removed at the end.
set -euo pipefail
ulimit -c 0
weft=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/weft-command-XXXXXX")
recording=  # the pid of a `weft record` in the background, in a process group of its own
others=()  # the pids of what else is in the background
trap clean_up EXIT
clean_up() {
  if [ -n "$recording" ]; then kill -KILL -- "-$recording" 2>/dev/null || true; fi
  for other in "${others[@]}"; do kill -KILL "$other" 2>/dev/null || true; done
  rm -rf "$work"
}
cd "$work"

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# expect STATUS COMMAND...: runs the command; its output is in the files out and err.
expect() {
  local wanted=$1 status=0
  shift
  timeout -k 1 60 "$@" >out 2>err </dev/null || status=$?
  [ $status = "$wanted" ] || fail "status $status, not $wanted, of: $* ($(cat err))"
}

# says FILE TEXT: the file holds the text.
says() {
  grep -qF -- "$2" "$1" || fail "'$2' is missing in $1: $(cat "$1")"
}

# until_true COMMAND...: repeats it for 10 seconds at most, until it succeeds.
until_true() {
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  fail "never true: $*"
}

# record_hello_server: records a server of HTTP in the background, as t.weft, until it is asked for /end.
# $port is where it listens, $recording the pid.
record_hello_server() {
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
}

# get URL [HEADER...]: prints the body of the answer; its status is in the file status ("none": there is no
# whole answer).
get() {
  timeout 60 /usr/bin/python3 - "$@" <<'P'
import http.client, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(url.hostname, url.port)
try:
    connection.request('GET', url.path, headers=dict(h.split(': ') for h in sys.argv[2:]))
    answer = connection.getresponse()
    body, status = answer.read(), answer.status
except http.client.HTTPException:
    body, status = b'', 'none'
open('status', 'w').write(str(status))
sys.stdout.buffer.write(body)
P
}
