// weft export --to: a collector on the loopback gets what a file would hold; and one that refuses, in each of
// the ways that OTLP has, is one clear error.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

const root = createRequire(import.meta.url)(
  './node_modules/@opentelemetry/otlp-transformer/build/src/generated/root.js').opentelemetry.proto.collector;
const { ExportTraceServiceRequest, ExportTraceServiceResponse } = root.trace.v1;
const [weft, trace, file] = process.argv.slice(2);

let got = [];
let answer = () => [200, Buffer.alloc(0)];
const collector = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    got.push({ path: request.url, type: request.headers['content-type'], body: Buffer.concat(parts) });
    const [status, body] = answer();
    response.writeHead(status, { 'content-type': request.headers['content-type'] }).end(body);
  });
});
await new Promise(done => collector.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${collector.address().port}`;

async function sent(...words) {
  got = [];
  const weftRuns = spawn(weft, ['export', ...words, trace], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  weftRuns.stdout.on('data', part => said += part);
  weftRuns.stderr.on('data', part => said += part);
  const status = await new Promise(done => weftRuns.on('close', done));
  return { status, said };
}
const spansIn = request => request.resourceSpans.flatMap(one => one.scopeSpans.flatMap(scope => scope.spans));

const inFile = spansIn(ExportTraceServiceRequest.decode(readFileSync(file)));
let run = await sent('--format', 'otlp-proto', '--to', url);
assert.equal(run.status, 0, run.said);
assert.match(run.said, new RegExp(`sent to ${url}/v1/traces \\(${inFile.length} spans`));
assert.ok(got.every(one => one.path === '/v1/traces' && one.type === 'application/x-protobuf'));
assert.ok(got.length > 1 && got.every(one => one.body.length < 4 << 20));
assert.deepEqual(got.flatMap(one => spansIn(ExportTraceServiceRequest.decode(one.body))), inFile);

run = await sent('--format', 'otlp-json', '--to', url + '/here');
assert.equal(run.status, 0, run.said);
assert.ok(got.every(one => one.path === '/here' && one.type === 'application/json'));
assert.equal(got.flatMap(one => spansIn(JSON.parse(one.body))).length, inFile.length);

run = await sent('--format', 'otlp-json', '--signal', 'metrics', '--to', url);
assert.equal(run.status, 0, run.said);
assert.deepEqual(got.map(one => one.path), ['/v1/metrics']);
assert.ok(JSON.parse(got[0].body).resourceMetrics[0].scopeMetrics[0].metrics.length >= 3);

answer = () => [429, ''];
run = await sent('--format', 'otlp-proto', '--to', url);
assert.equal(run.status, 2);
assert.match(run.said, /it answers 429/);
assert.equal(got.length, 1);

answer = () => [200, ExportTraceServiceResponse.encode(ExportTraceServiceResponse.fromObject(
  { partialSuccess: { rejectedSpans: 7, errorMessage: 'too old' } })).finish()];
run = await sent('--format', 'otlp-proto', '--to', url);
assert.equal(run.status, 2);
assert.match(run.said, /it has not taken 7 of them: too old/);
answer = () => [200, '{"partialSuccess": {"rejectedSpans": "7", "errorMessage": "too old"}}'];
assert.match((await sent('--format', 'otlp-json', '--to', url)).said, /it has not taken 7 of them: too old/);

await new Promise(done => collector.close(done));
run = await sent('--format', 'otlp-proto', '--to', url);
assert.equal(run.status, 2);
assert.match(run.said, /Connection refused/);
for (const wrong of ['https://localhost', 'localhost:4318', 'http://', 'http://a b', 'http://h:x', 'http://[::1'])
  assert.match((await sent('--format', 'otlp-json', '--to', wrong)).said, /is no URL of a collector/, wrong);
assert.match((await sent('--format', 'dot', '--to', url)).said, /--to is not for --format dot/);
assert.match((await sent('--format', 'otlp-json')).said, /not said where to write to/);
console.log(`${inFile.length} spans were sent`);
