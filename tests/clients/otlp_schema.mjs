// Through the published schema and back: an unknown field, or one of another type, is lost or changed.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = createRequire(import.meta.url)(
  './node_modules/@opentelemetry/otlp-transformer/build/src/generated/root.js');
const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

const [file, counts, protobuf, metricsFile, metricsProtobuf] = process.argv.slice(2);
const [exchanges, tasks, requests] = counts.split(',').map(Number);

// OTLP/JSON has IDs in hexadecimal, protobuf's own JSON in base64.
const readJson = path => JSON.parse(readFileSync(path), (key, value) =>
  ['traceId', 'spanId', 'parentSpanId'].includes(key) ? Buffer.from(value, 'hex').toString('base64') : value);
const given = readJson(file);
const plain = message => JSON.parse(JSON.stringify(message));
const decoded = (type, bytes) => plain(type.toObject(type.decode(bytes), { longs: String, bytes: String }));
assert.deepEqual(decoded(Request, Request.encode(Request.fromObject(given)).finish()), given);
assert.deepEqual(decoded(Request, readFileSync(protobuf)), given);

const spans = given.resourceSpans.flatMap(element => element.scopeSpans[0].spans);
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

// The metrics: the same in both forms; every exemplar is a span, in the bucket where it is counted.
const Metrics = root.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
const metrics = readJson(metricsFile);
assert.deepEqual(decoded(Metrics, Metrics.encode(Metrics.fromObject(metrics)).finish()), metrics);
assert.deepEqual(decoded(Metrics, readFileSync(metricsProtobuf)), metrics);
let tasksCounted = 0, requestsCounted = 0, exchangesCounted = 0;
for (const metric of metrics.resourceMetrics[0].scopeMetrics[0].metrics) {
  assert.equal(metric.unit, 's');
  for (const point of metric.histogram.dataPoints) {
    const counts = point.bucketCounts.map(Number);
    assert.equal(counts.reduce((a, b) => a + b), Number(point.count));
    assert.equal(counts.length, point.explicitBounds.length + 1);
    assert.equal(point.exemplars.length, counts.filter(count => count > 0).length);
    assert.ok(point.min <= point.max && point.max <= point.sum * (1 + 1e-9));
    for (const exemplar of point.exemplars) {
      const span = byId.get(id(exemplar));
      assert.ok(span, metric.name);
      const seconds = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e9;
      assert.ok(Math.abs(seconds - exemplar.asDouble) < 1e-6, metric.name);
      const bucket = point.explicitBounds.findIndex(bound => exemplar.asDouble <= bound);
      assert.ok(counts[bucket === -1 ? counts.length - 1 : bucket] > 0, metric.name);
    }
    if (metric.name === 'weft.task.duration') tasksCounted += Number(point.count);
    if (metric.name === 'http.server.request.duration') requestsCounted += Number(point.count);
    if (metric.name === 'db.client.operation.duration') exchangesCounted += Number(point.count);
  }
}
assert.equal(requestsCounted, spans.filter(span => span.kind === 2).length);
assert.ok(tasksCounted > 0.9 * tasks && tasksCounted <= tasks, `${tasksCounted} of ${tasks}`);
assert.ok(exchangesCounted > 0.9 * exchanges && exchangesCounted <= exchanges);

console.log(`${spans.length} spans, ${links} links`);
