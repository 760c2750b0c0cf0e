// An HTTP server, fetches of it, timers, files and worker threads: node_load.js FETCHES
const { createServer } = require('node:http');
const { promises: fs } = require('node:fs');
const { createHash, randomBytes } = require('node:crypto');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

function inWorker(number) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: number });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

async function serve(request, response) {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
  const content = await fs.readFile(__filename);
  response.setHeader('x-time', String(process.hrtime.bigint()));
  response.end(createHash('sha256').update(content).update(request.url).digest('hex'));
}

async function main(fetches) {
  const server = createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const fetchOne = async (number) => {
    const url = `http://127.0.0.1:${port}/${number}/${randomBytes(4).toString('hex')}`;
    const response = await fetch(url);
    return (await response.text()) + response.headers.get('x-time');
  };
  const texts = await Promise.all(Array.from({ length: fetches }, (_, i) => fetchOne(i)));
  const sums = await Promise.all([1, 2, 3].map(inWorker));
  const ticks = await new Promise((resolve) => {
    let count = 0;
    const timer = setInterval(() => {
      if (++count === 5) resolve(clearInterval(timer) ?? count);
    }, 2);
  });
  server.closeAllConnections?.();
  server.close();
  console.log(port, ticks, sums.join(' '), createHash('sha256').update(texts.join()).digest('hex'));
}

if (isMainThread) {
  main(Number(process.argv[2]));
} else {
  let sum = 0;
  for (let i = 0; i < 300000; ++i) sum = (sum * 31 + i * workerData) % 1000003;
  parentPort.postMessage(`${workerData}:${sum}:${Date.now()}`);
}
