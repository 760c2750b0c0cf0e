// How long a page takes to open: time_to_open.mjs PAGE. Prints milliseconds, the median of 5.
import {Report, startBrowser} from './page.mjs';

const times = [];
const browser = await startBrowser();
for (let i = 0; i < 5; ++i) {
  const report = await Report.open(browser, process.argv[2]);
  await report.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  times.push(performance.now() - report.start);
  await report.page.context().close();
}
await browser.close();
console.log(Math.round(times.sort((a, b) => a - b)[2]));
