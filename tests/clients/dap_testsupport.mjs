// To the slow request, over a co_await, back, and to who wrote a value.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { DebugClient } = createRequire(import.meta.url)('@vscode/debugadapter-testsupport');
const [weft, trace, sources] = process.argv.slice(2);
const lineWith = (file, text) =>
  readFileSync(`${sources}/${file}`, 'utf8').split('\n').findIndex(l => l.includes(text)) + 1;

const client = new DebugClient(weft, 'dap', 'weft');
client.defaultTimeout = 60000;
await client.start();
// The client starts `weft dap`: its runtime is weft, its "adapter" the word dap.
const { body: able } = await client.initializeRequest({ adapterID: 'weft', linesStartAt1: true });
assert.ok(able.supportsStepBack && able.supportsDataBreakpoints);
await Promise.all([client.waitForEvent('initialized'), client.launchRequest({ trace })]);
await Promise.all([client.waitForEvent('stopped'), client.configurationDoneRequest()]);

const stoppedAfter = async request => {
  const [event] = await Promise.all([client.waitForEvent('stopped'), request()]);
  return event.body;
};
const { body: { requests: [slowest] } } = await client.customRequest('weft/requests', { count: 1 });
let stop = await stoppedAfter(() => client.customRequest('weft/goto', { to: `request ${slowest.number}` }));
const threadId = stop.threadId;
const frames = async () => (await client.stackTraceRequest({ threadId })).body.stackFrames;
const own = async () => (await frames()).find(f => f.source && f.presentationHint !== 'subtle');

const awaits = lineWith('database.cc', 'co_await flush();');
const database = { path: `${sources}/database.cc` };
await client.setBreakpointsRequest({ source: database, breakpoints: [{ line: awaits }] });
stop = await stoppedAfter(() => client.continueRequest({ threadId }));
assert.equal(stop.reason, 'breakpoint');
assert.equal((await own()).line, awaits);
await client.setBreakpointsRequest({ source: database, breakpoints: [] });
for (let i = 0; i < 3 && (await own()).line === awaits; ++i)
  await stoppedAfter(() => client.nextRequest({ threadId, granularity: 'async' }));
assert.equal((await own()).line, awaits + 1);
await stoppedAfter(() => client.customRequest('stepBack', { threadId, granularity: 'async' }));
assert.equal((await own()).line, awaits);

const used = lineWith('shop.cc', 'if (page == "/cart")');
const shop = { path: `${sources}/shop.cc` };
await client.setBreakpointsRequest({ source: shop, breakpoints: [{ line: used }] });
await stoppedAfter(() => client.continueRequest({ threadId }));
await client.setBreakpointsRequest({ source: shop, breakpoints: [] });
const frame = await own();
const { body: { dataId } } =
  await client.customRequest('dataBreakpointInfo', { name: 'number', frameId: frame.id });
await client.customRequest('setDataBreakpoints', { breakpoints: [{ dataId, accessType: 'write' }] });
stop = await stoppedAfter(() => client.customRequest('reverseContinue', { threadId }));
assert.equal(stop.reason, 'data breakpoint');
assert.equal((await own()).line, lineWith('shop.cc', 'const int number = slash'));
await client.stop();
console.log(`request ${slowest.number}, back to shop.cc:${(lineWith('shop.cc', 'const int number'))}`);
