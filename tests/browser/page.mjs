// A page of weft report in Debian's chromium: opened from its file, with everything that must not
// happen noted down.
import {chromium} from 'playwright-core';
import {pathToFileURL} from 'node:url';

const kArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function startBrowser() {
  return chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: kArguments});
}

export class Report {
  static async open(browser, file, {hash = '', dark = false} = {}) {
    const context = await browser.newContext({viewport: {width: 1400, height: 950},
      colorScheme: dark ? 'dark' : 'light'});
    const report = new Report();
    report.page = await context.newPage();
    report.wrong = [];
    report.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) report.wrong.push(message.text());
    });
    report.page.on('pageerror', (error) => report.wrong.push(String(error)));
    report.page.on('dialog', (dialog) => {
      report.wrong.push('dialog: ' + dialog.message());
      dialog.dismiss();
    });
    report.page.on('request', (request) => {
      if (!request.url().startsWith('file:')) report.wrong.push('request: ' + request.url());
    });
    report.start = performance.now();
    await report.page.goto(pathToFileURL(file).href + hash);
    return report;
  }

  find(selector, options) { return this.page.locator(selector, options); }
  text(selector) { return this.find(selector).first().innerText(); }
  press(...keys) { return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve()); }

  /** The numbers of the requests in the table, from the top. */
  shown() {
    return this.find('tr[data-number]').evaluateAll((rows) => rows.map((row) => Number(row.dataset.number)));
  }

  /** Drags over a part of an element; parts of its width and height. */
  async drag(selector, [x0, y0], [x1, y1]) {
    const box = await this.find(selector).first().boundingBox();
    const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
    await this.page.mouse.move(...at(x0, y0));
    await this.page.mouse.down();
    await this.page.mouse.move(...at((x0 + x1) / 2, (y0 + y1) / 2));
    await this.page.mouse.move(...at(x1, y1));
    await this.page.mouse.up();
  }
}
