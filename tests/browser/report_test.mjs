// Clicks through a page of weft report. report_test.mjs PAGE REDACTED_PAGE, of guest.cc.
import assert from 'node:assert/strict';
import {Report, startBrowser} from './page.mjs';

const [, , file, redactedFile] = process.argv;
const browser = await startBrowser();
/** They take 100 ms. On a busy machine others may be slow, too; less so. */
const kSlow = [7, 17, 27, 37];
const holdsSlow = (numbers) => kSlow.every((number) => numbers.includes(number)) && numbers.length < 20;

const tests = {
  async 'opens with the cycle, and shows what stands out'() {
    const report = await Report.open(browser, file);
    assert.match(await report.text('.stuck-view h2'), /A cycle of 2/);
    assert.equal(await report.find('.wait-edge.cycle').count(), 2);
    assert.equal(await report.find('.wait-node.stuck').count(), 2);
    return report;
  },

  async 'sorts by a click, and back'() {
    const report = await Report.open(browser, file, {hash: '#requests'});
    const slowest = await report.shown();
    assert.deepEqual(slowest.slice(0, 4).sort((a, b) => a - b), kSlow);
    await report.find('th button', {hasText: 'Request'}).first().click();
    assert.deepEqual((await report.shown()).slice(0, 3), [2, 3, 4]);
    assert.equal(await report.find('th').first().getAttribute('aria-sort'), 'ascending');
    await report.find('th button').first().click();
    assert.equal((await report.shown())[0], 41);
    return report;
  },

  async 'filters by words and by slowness'() {
    const report = await Report.open(browser, file, {hash: '#requests'});
    await report.find('.search').fill('cart/3');
    assert.match(await report.text('.told'), /^11 requests of/);  // 3, 30 to 39
    await report.find('.search').fill('');
    await report.find('label', {hasText: 'slow ones only'}).click();
    assert.ok(holdsSlow(await report.shown()));
    await report.find('button', {hasText: 'show all'}).click();
    assert.match(await report.text('.told'), /^40 requests/);
    return report;
  },

  async 'a brush over the scatter selects, and compares'() {
    const report = await Report.open(browser, file, {hash: '#requests'});
    await report.drag('.scatter .overlay', [0.01, 0.01], [0.99, 0.3]);
    const selected = await report.shown();
    assert.ok(holdsSlow(selected), String(selected));
    assert.match(await report.text('.told'), new RegExp(`^${selected.length} requests of`));
    await report.drag('.histogram .overlay', [0.02, 0.1], [0.4, 0.9]);
    assert.match(await report.text('.told'), /^0 requests of/);  // both selections must hold
    return report;
  },

  async 'opens a request by a click on a point'() {
    const report = await Report.open(browser, file, {hash: '#requests'});
    const at = await report.page.evaluate(() => {
      const box = document.querySelector('.scatter').getBoundingClientRect();
      return {x: box.x, y: box.y, width: box.width};
    });
    let opened = false;
    for (let x = 70; x < at.width - 10 && !opened; x += 6) {  // until there is one
      for (let y = 12; y < 100 && !opened; y += 8) {
        await report.page.mouse.move(at.x + x, at.y + y);
        if (!(await report.find('svg.over-point').count())) continue;
        await report.page.mouse.click(at.x + x, at.y + y);
        opened = true;
      }
    }
    assert.match(report.page.url(), /#request\/\d+$/);
    return report;
  },

  async 'a request has its graph, its path, and what a task is'() {
    const report = await Report.open(browser, file, {hash: '#request/7'});
    assert.match(await report.text('h2'), /Request 7: GET \/cart\/7/);
    const names = await report.find('.vertex .name').allTextContents();
    assert.deepEqual(names.map((name) => name.replace(/[★ ]|#\d+/g, '')), ['session', 'cart_page', 'load_cart', 'try_cache']);
    await report.find('.vertex', {hasText: 'load_cart'}).click();
    assert.match(await report.text('.panel'), /carts/);
    assert.match(await report.text('.panel .commands'), /weft debug .* -c 'goto \d+'/);
    return report;
  },

  async 'a log line leads to its moment'() {
    const report = await Report.open(browser, file, {hash: '#request/7'});
    const line = report.find('.log-line');
    assert.equal(await line.count(), 1);
    assert.match(await line.textContent(), /stdout.*reads carts of 7$/);
    assert.equal(await report.find('path.moment').count(), 0);
    await line.click();
    assert.match(await report.text('.panel h3'), /load_cart/);
    assert.equal(await report.find('path.moment').count(), 1);
    assert.match(await report.text('.log-there'), /event \d+, thread T0, load_cart[^]*weft debug .* -c 'goto \d+'/);
    return report;
  },

  async 'folds, unfolds, and shows tasks of libraries'() {
    const report = await Report.open(browser, file, {hash: '#request/7'});
    const count = () => report.find('.vertex').count();
    assert.equal(await count(), 4);
    assert.match(await report.text('.folded'), /1 library task folded/);
    await report.find('label', {hasText: 'library tasks'}).click();
    assert.equal(await count(), 5);
    await report.find('.vertex', {hasText: 'cart_page'}).dblclick();
    assert.equal(await count(), 2);
    assert.match(await report.text('.folded'), /3 tasks folded by you/);
    await report.find('.vertex', {hasText: 'cart_page'}).dblclick();
    assert.equal(await count(), 5);
    return report;
  },

  async 'follows a wake edge'() {
    const report = await Report.open(browser, file, {hash: '#request/7'});
    await report.find('label', {hasText: 'library tasks'}).click();
    const waiter = report.find('.vertex', {hasText: 'wait_handler'});
    await waiter.click();
    assert.ok(await report.find('path.wake').count() > 0);
    await report.find('svg.graph').press('w');
    const chosen = report.find('.vertex.chosen');
    assert.match(await chosen.textContent(), /load_cart/);
    return report;
  },

  async 'says what was cancelled'() {
    const report = await Report.open(browser, file, {hash: '#request/8'});
    const vertex = report.find('.vertex.cancelled');
    assert.match(await vertex.textContent(), /try_cache.*cancelled/);
    assert.ok(await report.find('path.end.cancelled').count() > 1);  // and in the legend
    await vertex.click();
    assert.match(await report.text('.panel'), /Cancelled/);
    return report;
  },

  async 'the icicle, a search, zoom'() {
    const report = await Report.open(browser, file, {hash: '#request/7'});
    await report.find('button', {hasText: 'Icicle'}).click();
    assert.ok(await report.find('.icicle canvas').isVisible());
    assert.ok(!(await report.find('svg.graph').isVisible()));
    await report.find('.search').fill('cart');
    assert.match(await report.text('.tools [role=status]'), /2 found/);
    await report.find('.search').press('Enter');
    assert.match(await report.text('.panel h3'), /cart_page/);
    await report.find('button', {hasText: 'Graph'}).click();
    const before = await report.find('svg.graph > g').getAttribute('transform');
    await report.find('button[aria-label=larger]').click();
    assert.notEqual(await report.find('svg.graph > g').getAttribute('transform'), before);
    return report;
  },

  async 'everything by the keyboard'() {
    const report = await Report.open(browser, file);
    await report.press('1');
    await report.press('/');
    assert.equal(await report.page.evaluate(() => document.activeElement.type), 'search');
    await report.page.keyboard.type('cart/7');
    await report.press('Escape');
    await report.find('tr[data-number]').first().focus();
    await report.press('Enter');
    assert.match(report.page.url(), /#request\/7$/);
    await report.find('.vertex[tabindex="0"]').focus();
    await report.press('ArrowDown', 'ArrowDown');
    assert.match(await report.text('.panel h3'), /load_cart/);
    await report.press('ArrowLeft', 'ArrowLeft', 'Home');
    assert.match(await report.text('.panel h3'), /session/);
    await report.press('f');
    assert.equal(await report.find('.vertex').count(), 1);
    await report.press('3');
    assert.ok(await report.find('.time-plot canvas').isVisible());
    await report.press('?');
    assert.ok(await report.find('dialog.about').isVisible());
    assert.match(await report.text('dialog.about'), /Mike Bostock/);
    await report.press('Escape');
    await report.press('2');
    await report.find('#tab-request').focus();
    await report.press('ArrowRight');
    assert.equal(await report.find('#tab-time').getAttribute('aria-selected'), 'true');
    return report;
  },

  async 'time: lanes, and a run leads to its request'() {
    const report = await Report.open(browser, file, {hash: '#time'});
    assert.ok(await report.find('.concurrency').count() >= 2);
    const box = await report.find('.time-plot canvas').boundingBox();
    for (let x = 0.95; x > 0.1; x -= 0.01) {
      await report.page.mouse.click(box.x + x * box.width, box.y + 24);
      if (await report.find('.time-detail .link').count()) break;
    }
    await report.find('.time-detail .link').click();
    assert.match(report.page.url(), /#request\/\d+$/);
    return report;
  },

  async 'a request leads to what the threads did meanwhile'() {
    const report = await Report.open(browser, file, {hash: '#request/7'});
    await report.find('button', {hasText: 'meanwhile'}).click();
    assert.match(report.page.url(), /#time\//);
    const ticks = await report.find('.time-plot .tick text').allTextContents();
    const [first, last] = [ticks[0], ticks[ticks.length - 1]].map((text) => parseFloat(text.slice(1)));
    assert.ok(last - first < 0.2, `${first} to ${last} s`);  // of the 100 ms that it took
    return report;
  },

  async 'dark and light'() {
    const ground = (report) => report.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await Report.open(browser, file, {hash: '#requests'});
    const dark = await Report.open(browser, file, {hash: '#requests', dark: true});
    assert.notEqual(await ground(light), await ground(dark));
    assert.deepEqual(light.wrong, []);
    return dark;
  },

  async 'what the program said is never markup'() {
    const report = await Report.open(browser, file, {hash: '#request/5'});
    assert.match(await report.text('h2'), /<img src=x onerror=alert\(1\)><\/script>/);
    await report.find('.vertex', {hasText: 'onerror'}).click();
    assert.match(await report.text('.panel'), /window\.hacked/);
    for (const hash of ['#requests', '#time', '#stuck']) {
      await report.page.evaluate((to) => { location.hash = to; }, hash);
      await report.page.waitForTimeout(50);
    }
    assert.equal(await report.page.evaluate(() => window.hacked), undefined);
    assert.equal(await report.find('img').count(), 0);
    // Even if it were: nothing runs that is not named by its hash.
    await report.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 2';
      document.body.append(script);
    });
    assert.equal(await report.page.evaluate(() => window.hacked), undefined);
    report.wrong = report.wrong.filter((text) => !/Content Security Policy/.test(text));
    return report;
  },

  async 'a redacted page works, without values'() {
    const report = await Report.open(browser, redactedFile, {hash: '#request/7'});
    assert.match(await report.text('.redacted'), /left out/);
    assert.match(await report.text('h2'), /GET \/cart\/\*/);
    assert.ok(!(await report.page.content()).includes('carts'));
    return report;
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  const start = Date.now();
  try {
    const report = await test();
    assert.deepEqual(report.wrong, [], 'in the console');
    assert.ok(!(await report.find('body').innerText()).includes('[object '), 'an object as text');
    await report.page.context().close();
    console.log(`ok   ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    ++failed;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
await browser.close();
process.exit(failed > 0 ? 1 : 0);
