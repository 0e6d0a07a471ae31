// A sale large enough to look at, and the pictures of it that are in the docs.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const STOCKS = [9_000, 6_000, 4_500, 2_500, 900];
const SALE_SECONDS = 100;
const PAUSE_SECONDS = [64, 70];

/** Buyers a second: a rush at the opening that wears off, and a second one. */
const rush = (second) => 100 + 760 * Math.exp(-second / 9) + (second > 50 ? 420 * Math.exp(-(second - 50) / 8) : 0);

/** What a buyer wants: small stocks are asked for more than their share, so that they are sold out first. */
function wanted() {
  const weights = STOCKS.map((stock) => stock ** 0.75);
  let left = Math.random() * weights.reduce((sum, weight) => sum + weight);
  return [1001 + weights.findIndex((weight) => (left -= weight) <= 0)];
}

export async function takeScreenshots(page, shop, url, folder) {
  mkdirSync(folder, { recursive: true });
  const sale = await shop.open('Singles’ Day, 20:00', STOCKS);
  await page.goto('about:blank');
  await page.goto(`${url}#${sale}`);
  await page.locator('#products tr[data-key="1005"]').waitFor();
  await page.waitForTimeout(3_000);
  const leave = shop.crowd(sale, wanted, rush);
  await page.waitForTimeout(PAUSE_SECONDS[0] * 1000);
  await shop.call('PauseActivity', { activityId: sale });
  await page.waitForTimeout((PAUSE_SECONDS[1] - PAUSE_SECONDS[0]) * 1000);
  await shop.call('ResumeActivity', { activityId: sale });
  await page.waitForTimeout((SALE_SECONDS - PAUSE_SECONDS[1]) * 1000);
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
