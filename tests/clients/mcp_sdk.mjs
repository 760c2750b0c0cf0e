// The official client checks each answer against the protocol's schema.
import { strict as assert } from 'node:assert';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [weft, trace] = process.argv.slice(2);
const transport = new StdioClientTransport({ command: weft, args: ['mcp', trace] });
const client = new Client({ name: 'weft-test', version: '1' });
await client.connect(transport);
assert.equal(client.getServerVersion().name, 'weft');

const { tools } = await client.listTools();
assert.equal(tools.length, 15);
for (const tool of tools) assert.ok(tool.annotations.readOnlyHint && tool.description, tool.name);

let calls = 0;
async function ask(name, args = {}) {
  calls += 1;
  const result = await client.callTool({ name, arguments: args });
  const [{ text }] = result.content;
  assert.ok(!result.isError, `${name}: ${text}`);
  assert.ok(text.length < 7000, `${name}: ${text.length} characters`);
  assert.match(text, /^---\nevent \d+ of \d+\n/m);
  return text;
}
const find = (pattern, text) => {
  const found = pattern.exec(text);
  assert.ok(found, `${pattern} is not in:\n${text}`);
  return found[1];
};

// "The service is slow sometimes."
const slowest = await ask('slowest', { count: 5 });
const table = find(/(?:same time as|within .* of) UPDATE (\w+)/, slowest);
const request = find(new RegExp(`^ +(\\d+) .*SELECT \\.\\.\\. FROM ${table}`, 'm'), slowest);
find(new RegExp(`(SELECT \\.\\.\\. FROM ${table})`), await ask('graph', { request }));
assert.equal(table, 'orders');
const needed = calls;
assert.ok(needed <= 6);

// Pages: each is bounded, and together they are all of it.
const first = await ask('requests');
const pages = Number(find(/^page 1 of (\d+): page 2 has more$/m, first));
const last = await ask('requests', { page: pages });
find(/(\d+ root tasks left out)/, last);

// Mistakes are results that a model can read; the session stays where it was.
const before = find(/^event (\d+) of/m, await ask('goto', { to: `request ${request}` }));
const wrong = await client.callTool({ name: 'goto', arguments: { to: 'request 999999' } });
assert.ok(wrong.isError);
assert.match(wrong.content[0].text, /there is no request 999999/);
assert.equal(find(/^event (\d+) of/m, wrong.content[0].text), before);
await assert.rejects(client.callTool({ name: 'shell', arguments: {} }), /there is no tool "shell"/);

// An expression that never ends does; a call that the client gives up, too; then others are answered.
const expression = '({ while (true) {} 1; })';
const endless = await client.callTool({ name: 'print', arguments: { expression } });
assert.ok(endless.isError);
assert.match(endless.content[0].text, /timeout/);
const enough = new AbortController();
const given_up = client.callTool({ name: 'print', arguments: { expression } }, undefined,
                                 { signal: enough.signal });
setTimeout(() => enough.abort('enough'), 500);
await assert.rejects(given_up);
assert.equal(find(/^event (\d+) of/m, await ask('where')), before);
await client.close();
console.log(`the table "${table}" in ${needed} calls; ${tools.length} tools`);
