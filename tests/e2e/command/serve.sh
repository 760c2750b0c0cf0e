#!/usr/bin/env bash
# weft serve: the page, the page of a request, refusals; a recording that grows; a port that is taken.
. "$(dirname "$0")/command.bash"

record_hello_server
get "http://127.0.0.1:$port/first"
until_true eval '"$weft" requests t.weft >listed 2>/dev/null; grep -q /first listed'

# As many descriptors as a few connections need.
(ulimit -n 40; exec "$weft" serve --no-replay t.weft) >said 2>serve.err &
serving=$!
others+=("$serving")
until_true grep -q http said
url=$(grep -o 'http://127[^ ]*' said)
[[ $url =~ ^http://127\.0\.0\.1:[0-9]+/[0-9a-f]{32}/$ ]] || fail "the address $url"
until_true eval 'get "$url" >page && grep -q "GET /first" page'
says page 'Content-Security-Policy'
! grep -q 'GET /second' page || fail 'what is not there yet'
get "http://127.0.0.1:$port/second"
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

# One that says nothing, one that says a part of it, and one that does not read its answer keep nobody waiting.
# More connections than there are descriptors wait, without a loop that spins; and go.
/usr/bin/python3 - "$url" $serving <<'P'
import http.client, os, socket, sys, time, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
place = (url.hostname, url.port)
def cpu():
    words = open(f'/proc/{sys.argv[2]}/stat').read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')
def asked(timeout):
    connection = http.client.HTTPConnection(*place, timeout=timeout)
    connection.request('GET', url.path)
    return connection.getresponse().read()
silent = socket.create_connection(place)
halting = socket.create_connection(place)
halting.sendall(b'GET ')
deaf = socket.create_connection(place)
deaf.sendall(f'GET {url.path} HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\n\r\n'.encode())
began = time.monotonic()
assert b'GET /first' in asked(8)
assert time.monotonic() - began < 8
crowd = [socket.create_connection(place) for _ in range(60)]
time.sleep(1)
before = cpu()
time.sleep(2)
assert cpu() - before < 1, cpu() - before
for one in crowd: one.close()
assert b'GET /first' in asked(30)
# Who does not go on is sent away.
silent.settimeout(20)
assert silent.recv(1) == b''
P
kill -0 $serving || fail 'the server has ended'
