// A real Chromium, and what a page in it is asked.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
  .concat(['--disable-background-networking', '--disable-component-update', '--disable-sync']);
const PATIENCE_MILLIS = 20_000;

/** Opens a browser on a folder of its own; `close` ends it and removes the folder. */
export async function openBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-console-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CONSOLE_BROWSER,
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
  });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { context, close };
}

/** A page at an address, and everything that it complained of or asked elsewhere; `expected` statuses are no complaint. */
export async function open(context, url, expected = []) {
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    const refused = /status of (\d+)/.exec(message.text());
    if (!['log', 'info', 'debug'].includes(message.type()) && !(refused && expected.includes(Number(refused[1])))) {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(url);
  return { page, complaints };
}

/** Waits until a question about the page is answered with something true; says what the answer was if it never is. */
export async function until(what, ask, millis = PATIENCE_MILLIS) {
  const end = Date.now() + millis;
  let answer;
  for (;;) {
    answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${millis / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Texts on the page whose contrast with what is behind them is too small (WCAG AA), with the ratio. */
export const faintTexts = (page) =>
  page.evaluate(() => {
    const parse = (color) => {
      const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
      return { r, g, b, a };
    };
    const over = (top, below) => ({
      r: top.r * top.a + below.r * (1 - top.a),
      g: top.g * top.a + below.g * (1 - top.a),
      b: top.b * top.a + below.b * (1 - top.a),
      a: 1,
    });
    const luminance = ({ r, g, b }) => {
      const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) {
        layers.push(parse(getComputedStyle(at).backgroundColor));
        if (layers.at(-1).a === 1) break;
      }
      return layers.reduceRight((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
    };
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.textContent.trim();
      const style = getComputedStyle(element);
      if (!text || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.hidden, :disabled, script, noscript')) continue;
      const back = behind(element);
      const front = over(parse(element instanceof SVGElement ? style.fill : style.color), back);
      const [light, dark] = [luminance(front), luminance(back)].sort((one, other) => other - one);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < (large ? 3 : 4.5)) found.push(`${text} (${ratio.toFixed(2)})`);
    }
    return found;
  });

/** How far the page is wider than the window. */
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** A number as the page shows it. */
export const number = (text) => Number(text.replace(/[^\d.-]/g, ''));
