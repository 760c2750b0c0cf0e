#!/bin/bash
# What weft sees of nginx under wrk: as many exchanges as its own access log has lines; and of a
# program that asks itself over the loopback: both ends of each exchange, and that they belong
# together.
. "$(dirname "$0")/program.bash"
. "$(dirname "$0")/exchanges.bash"
needs wrk curl node
port=$(free_port)
mkdir "$work/site"
head -c 3000 /dev/zero >"$work/site/file"
record_nginx 'master_process off;'
wrk -c 4 -t 1 -d 1 "http://127.0.0.1:$port/file" >/dev/null
curl -s "http://127.0.0.1:$port/missing" >/dev/null
curl -sI "http://127.0.0.1:$port/file" >/dev/null
kill -QUIT "$(cat "$work/nginx/pid")"
end_recording 0
expect_exchanges "$(wc -l <"$work/nginx/access")" ' in http '
expect_exchanges 1 ' GET /missing  =>  404$'
expect_exchanges 1 ' HEAD /file  =>  200$'

rm "$work/trace.weft" "$work/exchanges"
cat >"$work/ask_itself.js" <<'C'
const http = require('http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('x'.repeat(1500)));
});
server.listen(0, '127.0.0.1', async () => {
  const port = server.address().port;
  const ask = (i) => new Promise((done) => {
    const request = http.request({ port, host: '127.0.0.1', agent, method: 'POST', path: '/' + i },
      (response) => { response.resume(); response.on('end', done); });
    request.end('z'.repeat(900));
  });
  await Promise.all(Array.from({ length: 60 }, (_, i) => ask(i)));
  agent.destroy();
  server.close();
});
C
record_in_background node "$work/ask_itself.js"
end_recording 0
expect_exchanges 60 ' in http .* POST /[0-9]+  =>  200$'
expect_exchanges 60 ' out http .* POST /[0-9]+  =>  200$'
accepted=$("$list_exchanges" "$work/trace.weft" --wakes | grep -c 'returned <- connect')
[ "$accepted" -ge 1 ] && [ "$accepted" -le 3 ] || { echo "$accepted connections met" >&2; exit 1; }
