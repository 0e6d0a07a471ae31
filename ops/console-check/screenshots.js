// A sale large enough to look at, and the pictures of it that are in the docs.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const STOCKS = [24_000, 16_000, 12_000, 6_000, 2_400];
const PRODUCTS = STOCKS.map((_, i) => 1001 + i);
const LONG_MILLIS = 100_000;

/** Buyers a second: a rush at the opening that wears off, and a second one. */
const rush = (second) => 120 + 900 * Math.exp(-second / 9) + (second > 55 ? 500 * Math.exp(-(second - 55) / 8) : 0);

export async function takeScreenshots(page, shop, url, folder) {
  mkdirSync(folder, { recursive: true });
  const sale = await shop.open('Singles’ Day, 20:00', STOCKS);
  await page.goto('about:blank');
  await page.goto(`${url}#${sale}`);
  await page.locator('#products tr[data-key="1005"]').waitFor();
  await page.waitForTimeout(3_000);
  const leave = shop.crowd(sale, PRODUCTS, rush);
  await page.waitForTimeout(LONG_MILLIS);
  for (const [name, colorScheme, viewport] of [
    ['console-light', 'light', { width: 1280, height: 860 }],
    ['console-dark', 'dark', { width: 1280, height: 860 }],
    ['console-phone', 'dark', { width: 360, height: 800 }],
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: name !== 'console-phone' });
  }
  await leave();
}
