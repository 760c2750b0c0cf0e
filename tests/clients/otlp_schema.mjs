// Through the published schema and back: an unknown field, or one of another type, is lost or changed.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = createRequire(import.meta.url)(
  './node_modules/@opentelemetry/otlp-transformer/build/src/generated/root.js');
const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

const [file, counts] = process.argv.slice(2);
const [exchanges, tasks, requests] = counts.split(',').map(Number);

// OTLP/JSON has IDs in hexadecimal, protobuf's own JSON in base64.
const given = JSON.parse(readFileSync(file), (key, value) =>
  ['traceId', 'spanId', 'parentSpanId'].includes(key) ? Buffer.from(value, 'hex').toString('base64') : value);
const bytes = Request.encode(Request.fromObject(given)).finish();
const back = Request.toObject(Request.decode(bytes), { longs: String, bytes: String });
assert.deepEqual(JSON.parse(JSON.stringify(back)), given);

const spans = given.resourceSpans[0].scopeSpans[0].spans;
const id = span => span.traceId + span.spanId;
const byId = new Map(spans.map(span => [id(span), span]));
assert.equal(byId.size, spans.length);
assert.equal(spans.length, exchanges + tasks + requests);
let links = 0;
for (const span of spans) {
  assert.equal(Buffer.from(span.traceId, 'base64').length, 16);
  assert.equal(Buffer.from(span.spanId, 'base64').length, 8);
  assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano));
  if (span.parentSpanId) assert.ok(byId.has(span.traceId + span.parentSpanId), span.name);
  for (const link of span.links ?? []) assert.ok(byId.has(id(link)), span.name);
  links += (span.links ?? []).length;
}
assert.ok(links > 0);
assert.equal(spans.filter(span => span.kind === 3).length, exchanges);
const keys = new Set(spans.flatMap(span => span.attributes.map(a => a.key)));
for (const key of ['http.request.method', 'url.path', 'http.response.status_code', 'db.system.name',
                   'db.query.text', 'code.function.name', 'thread.id'])
  assert.ok(keys.has(key), key);
console.log(`${spans.length} spans, ${links} links`);
