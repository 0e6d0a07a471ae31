// Looks at a sale under way through the console, as a duty engineer does, and fails if one thing is not as it should be.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { faintTexts, number, open, openBrowser, overflow, until } from './browser.js';
import { takeScreenshots } from './screenshots.js';
import { Shop } from './shop.js';
import { redis, startSystem, stop } from './system.js';

const PRODUCTS = [1001, 1002, 1003];
const STOCK = 3_000;
const BUYERS_A_SECOND = 60;
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

let system;
let shop;
let sale;
let browser;
let page;
let complaints;
let leave = async () => {};

const text = (selector, on = page) => on.locator(selector).innerText();
const figure = (name, on = page) => on.locator('.figure', { has: on.locator(`dt:text-is("${name}")`) });
const remaining = (stock) => stock.reduce((sum, product) => sum + product.remaining, 0);
const total = async (productId) => (await shop.stock(sale)).find((product) => product.productId === productId).total;

before(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  shop = new Shop(system.up.grpc);
  sale = await shop.open('Autumn sale', PRODUCTS.map(() => STOCK));
  leave = shop.crowd(sale, (n) => [PRODUCTS[n % 3], PRODUCTS[(n + 1) % 3]], () => BUYERS_A_SECOND);
  ({ page, complaints } = await open(browser.context, system.up.console));
  await figure('Left to sell').waitFor();
});

after(async () => {
  await leave();
  shop?.close();
  await browser?.close();
  await system?.close();
});

afterEach(() => assert.deepEqual(complaints.splice(0), [], 'the browser has nothing to complain of, and nobody else was asked'));

test('the numbers move while buyers come', async () => {
  const left = async () => number(await figure('Left to sell').locator('strong').innerText());
  const curve = () => page.locator('#burn path.line.s2').getAttribute('d');
  const [first, drawn] = [await left(), await curve()];
  await until('less is left', async () => (await left()) < first - BUYERS_A_SECOND);
  await until('the rate is shown', async () => number(await text('#figures .figure:nth-child(2) strong')) > BUYERS_A_SECOND / 4);
  assert.notEqual(await curve(), drawn);
  assert.match(await text('#link'), /^Live$/);
  assert.match(await text('#state'), /^ACTIVE$/);
  assert.match(await page.title(), /left · Autumn sale · Seckill$/);
});

test('pausing is confirmed, Escape does not pause, and buyers are told', async () => {
  await page.click('#pause');
  assert.match(await text('#confirm'), /Pause “Autumn sale”\?[^]*Activity \d+ sells nothing from now on/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'cancel');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#confirm').isVisible(), false);
  assert.equal(await shop.state(sale), 'ACTIVE');

  await page.click('#pause');
  await page.click('#agree');
  await until('the page says so', async () => /Activity \d+ is paused/.test(await text('#told')));
  assert.equal(await shop.state(sale), 'PAUSED');
  await until('a buyer is told', async () => (await shop.buy(sale, [1001])) === 'PAUSED');
  await until('the state is shown', async () => (await text('#state')) === 'PAUSED');
  await page.locator('#outcomes', { hasText: 'paused' }).waitFor();
});

test('what is shown is what the API says', async () => {
  await leave();
  const stock = await shop.stock(sale);
  const accepted = shop.told.ACCEPTED;
  await until('everything is recorded', async () => {
    const { streams } = await shop.call('DescribeStreams', { activityId: sale });
    return streams.every(({ length }) => length === 0);
  });
  await until('the page has the same', async () => number(await figure('Left to sell').locator('strong').innerText()) === remaining(stock));
  for (const product of stock) {
    const cells = page.locator(`#products tr[data-key="${product.productId}"] td`);
    assert.deepEqual((await cells.allInnerTexts()).slice(0, 2).map(number), [product.remaining, product.total]);
  }
  await until('all that were accepted', async () => number(await text('#outcomes tr[data-key="ACCEPTED"] td:last-child')) === accepted);
  await until('nothing waits', async () => (await figure('Record delay').locator('strong').innerText()) === '0.0 s');
  assert.equal(await figure('Epoch').locator('strong').innerText(), '1');
  await until('the books are added up', async () => (await figure('Books difference').locator('strong').innerText()) === '0');
  assert.equal(await page.locator('#workers tbody tr').count(), 1);
});

test('resuming goes by the keyboard alone, and the focus is seen', async () => {
  await page.reload();
  await page.locator('#resume:enabled').waitFor();
  await tabTo('resume');
  await page.keyboard.press('Enter');
  await tabTo('agree');
  await page.keyboard.press('Enter');
  await until('it sells', async () => (await shop.state(sale)) === 'ACTIVE');
  await page.locator('#pause:enabled').waitFor();
  assert.match(await text('#told'), /Activity \d+ sells again/);
});

/** Presses Tab until an element has the focus; each that has it on the way must show that. */
async function tabTo(id) {
  const seen = [];
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    const { name, outline } = await page.evaluate(() => {
      const focused = document.activeElement;
      return { name: focused.id || focused.tagName, outline: getComputedStyle(focused).outlineStyle };
    });
    seen.push(name);
    assert.ok(outline !== 'none' || name === 'BODY', `${name} has the focus and does not show it`);
    if (name === id) return;
  }
  assert.fail(`${id} is not reached by Tab: ${seen.join(' ')}`);
}

test('stock is added by the keyboard alone, once, although the first answer is lost', async () => {
  const before = await total(1002);
  let answers = 0;
  await page.route('**/add-stock', async (route) => {
    const answer = await route.fetch();
    return answers++ === 0 ? route.abort() : route.fulfill({ response: answer });
  });
  await page.locator('#products tr[data-key="1002"] button').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('250');
  assert.match(await text('#confirm-effect'), new RegExp(`Product 1002 of activity ${sale} then has ${(before + 250).toLocaleString('en')} units`));
  await page.keyboard.press('Enter');
  await until('it says what it does not know', async () => /not known whether that was done/.test(await text('#confirm-error')));
  assert.equal(await page.locator('#units').isDisabled(), true);
  assert.equal(await total(1002), before + 250);
  await page.keyboard.press('Enter');
  await until('it is told', async () => /250 units of product 1002 were added/.test(await text('#told')));
  assert.equal(await total(1002), before + 250);
  assert.equal(answers, 2);
  await page.unroute('**/add-stock');
  await until('the page shows it', async () => number(await text('#products tr[data-key="1002"] td:nth-child(3)')) === before + 250);
  complaints.splice(0).forEach((complaint) => assert.match(complaint, /ERR_FAILED/));
});

test('what cannot be recorded is shown', async () => {
  assert.equal(await figure('Dead letters').getAttribute('data-tone'), 'good');
  await redis(system.up.redis, 'XADD', `stream:seckill:{${sale}.0}:1003`, '*', 'nobody', 'knows');
  await until('it is counted', async () => (await figure('Dead letters').locator('strong').innerText()) === '1');
  assert.equal(await figure('Dead letters').getAttribute('data-tone'), 'bad');
  await page.locator('#letters tbody tr', { hasText: 'MALFORMED' }).waitFor();
});

test('a Redis that does not answer is named, with the age of what is shown', async () => {
  await redis(system.up.redis, 'CLIENT', 'PAUSE', '8000');
  await until('it is named', async () => /Its stock cannot be read: \S/.test(await text('#troubles')));
  await until('the age is shown', async () => /^as of [1-9]\d* s ago$/.test(await figure('Left to sell').locator('dd > span:last-child').innerText()));
  assert.equal(await figure('Left to sell').getAttribute('data-tone'), 'warn');
  assert.deepEqual(await faintTexts(page), []);
  await until('it is over', async () => (await page.locator('#troubles').isHidden()) && (await figure('Left to sell').getAttribute('data-tone')) === 'good');
});

test('every text can be read, light and dark, wide and narrow', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [DESKTOP, PHONE]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await faintTexts(page), [], `${colorScheme}, ${viewport.width} pixels`);
      assert.ok((await overflow(page)) <= 0, `${viewport.width} pixels`);
      await page.click('#add');
      assert.deepEqual(await faintTexts(page), [], `${colorScheme}, ${viewport.width} pixels, a dialog`);
      assert.ok((await overflow(page)) <= 0, `${viewport.width} pixels, a dialog`);
      await page.keyboard.press('Escape');
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESKTOP);
});

test('what is old after a reload is still there', async () => {
  const points = () => page.locator('#burn path.line.s0').getAttribute('d').then((d) => d.split('L').length);
  const before = await points();
  assert.ok(before > 5, `${before} points`);
  await page.reload();
  await page.locator('#burn path.line.s0').waitFor({ state: 'attached' });
  assert.ok((await points()) >= before, `${await points()} points, ${before} before`);
});

test('pages of strangers can neither pause a sale nor frame the console', async () => {
  const url = new URL(system.up.console);
  const foreign = createServer((asked, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/html' });
    answer.end(`<iframe src="${url}"></iframe>`);
  });
  await new Promise((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  foreign.unref();
  const stranger = await browser.context.newPage();
  await stranger.goto(`http://127.0.0.1:${foreign.address().port}/`);
  for (const type of ['text/plain', 'application/json']) {
    for (const mode of ['no-cors', 'cors']) {
      await stranger.evaluate(
        ({ target, body, headers, mode }) => fetch(target, { method: 'POST', mode, headers, body }).catch(() => {}),
        { target: `${url}pause`, body: JSON.stringify({ activityId: sale }), headers: { 'Content-Type': type }, mode },
      );
    }
  }
  assert.equal(await shop.state(sale), 'ACTIVE');
  assert.equal(await stranger.frames()[1].locator('#figures').count(), 0);
  await stranger.close();
  foreign.close();

  const body = JSON.stringify({ activityId: sale });
  const json = { 'Content-Type': 'application/json' };
  assert.equal(await post(`${url}pause`, { ...json, Origin: 'http://stranger.test' }, body), 403);
  assert.equal(await post(`${url}pause`, { ...json, Host: 'stranger.test' }, body), 421);
  assert.equal(await post(`${url}pause`, { 'Content-Type': 'text/plain' }, body), 415);
  assert.equal(await shop.state(sale), 'ACTIVE');
});

/** The status of a POST with exactly these headers. */
function post(url, headers, body) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

test('a server that knows its callers asks who looks, and an operator may look only', async () => {
  const other = await open(browser.context, system.asking.console, [401, 403]);
  const enter = async (token) => {
    await other.page.fill('#token', token);
    await other.page.click('#enter-form button');
  };
  await other.page.locator('#enter').waitFor();
  assert.equal(await other.page.locator('#sale').isVisible(), false);
  assert.deepEqual(await faintTexts(other.page), []);

  await enter('no token at all');
  await until('it is refused in words', async () => /TOKEN_INVALID/.test(await text('#enter-error', other.page)));
  await enter(system.token('42', 'buyer'));
  await until('a buyer is refused', async () => /is for operator, admin, the caller is buyer/.test(await text('#enter-error', other.page)));

  const operator = system.token('olga', 'operator');
  await enter(operator);
  await figure('Left to sell', other.page).waitFor();
  assert.match(await text('#name', other.page), /olga · operator, may look only/);
  assert.equal(await other.page.locator('#pause').isDisabled(), true);
  assert.equal(await other.page.locator('#add').isDisabled(), true);
  assert.equal(await other.page.locator('#products button:visible').count(), 0);
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${operator}` };
  assert.equal(await post(`${system.asking.console}pause`, headers, JSON.stringify({ activityId: sale })), 403);
  assert.equal(await shop.state(sale), 'ACTIVE');

  await other.page.click('#leave');
  await other.page.locator('#enter').waitFor();
  await enter(system.token('ada', 'admin'));
  await other.page.locator('#pause:enabled').click();
  await other.page.click('#agree');
  await until('it is paused', async () => (await shop.state(sale)) === 'PAUSED');
  assert.match(await text('#name', other.page), /^ada · admin$/);

  await lostIsShown(other.page);
  other.complaints.forEach((complaint) => assert.match(complaint, /ERR_CONNECTION|ERR_EMPTY_RESPONSE/));
  await other.page.close();
});

/** The server ends under the page. */
async function lostIsShown(on) {
  await stop(system.asking, 'SIGKILL');
  await until('the page says so', async () => /^Connection lost: .* is as of \d\d:\d\d:\d\d\.$/.test(await text('#lost', on)));
  await until('and how old it is', async () => /^Lost · [1-9]\d* s old$/.test(await text('#link', on)));
  assert.match(await on.title(), /^⚠ lost/);
  assert.match(await figure('Left to sell', on).locator('strong').evaluate((shown) => getComputedStyle(shown).textDecorationLine), /line-through/);
}

test('screenshots of a larger sale', { skip: !process.env.CONSOLE_SCREENSHOTS }, async () => {
  await takeScreenshots(page, shop, system.up.console, process.env.CONSOLE_SCREENSHOTS);
});
