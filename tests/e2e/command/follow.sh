#!/usr/bin/env bash
# --follow shows events and requests while the program runs, each within a second or so of its end, and
# ends when the recording does.
. "$(dirname "$0")/command.bash"

record_hello_server
"$weft" requests --follow t.weft >requests 2>requests.err &
requests=$!
others+=("$requests")
"$weft" events --follow --call accept4 t.weft >events 2>events.err &
events=$!
others+=("$events")
for path in /one /two; do
  get "http://127.0.0.1:$port$path"
  until_true grep -q "GET $path  200" requests
done
until_true test "$(wc -l <events)" -ge 2
kill -0 $requests && kill -0 $events || fail 'it ended before the recording'
get "http://127.0.0.1:$port/end"
wait $recording || true
recording=
wait $requests || fail "weft requests: $(cat requests.err)"
wait $events || fail "weft events: $(cat events.err)"
others=()
[ "$(grep -c 'GET /one' requests)" = 1 ] || fail "not once: $(cat requests)"
[ ! -s requests.err ] && [ ! -s events.err ] || fail 'it complained'
diff events <("$weft" events --call accept4 t.weft) || fail 'not the same events'
expect 2 "$weft" requests --follow --slowest 3 t.weft
