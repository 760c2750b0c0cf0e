// Pictures of pages, for README: take_pictures.mjs FOLDER_OF_PAGES FOLDER_OF_PICTURES.
import {join} from 'node:path';
import {Report, startBrowser} from './page.mjs';

const [, , pages, pictures] = process.argv;
const kWidth = 1200, kHeight = 760, kTall = 1010;

const browser = await startBrowser();
async function take(name, page, hash, prepare, height = kHeight) {
  const report = await Report.open(browser, join(pages, page), {hash});
  await report.page.setViewportSize({width: kWidth, height});
  await report.page.waitForTimeout(300);
  if (prepare) await prepare(report);
  await report.page.screenshot({path: join(pictures, name + '.png')});
  await report.page.context().close();
}

await take('requests', 'storefront.html', '#requests');
await take('request', 'storefront.html', '#request', async (report) => {
  await report.find('.vertex.exchange.critical').last().click();
}, kTall);
await take('redis', 'redis.html', '#requests');
await take('hang', 'locks.html', '#stuck');
await browser.close();
