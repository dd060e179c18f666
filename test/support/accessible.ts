/** What a page owes to people who do not see it, or not well: axe-core's rules, and a few it has none for. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.5.8 asks for 24 px. */
const LEAST_TARGET = 24;

/** Every fault found, in words; none is the aim. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  // The page's policy forbids scripts of its own; what the browser itself evaluates is not the page's.
  await page.evaluate(axe.source);
  const broken = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as Global).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
  return [...broken, ...(await ownFaults(page))];
}

type Global = { readonly axe: typeof axe };

async function ownFaults(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  if ((await page.locator('html').getAttribute('lang')) !== 'zh-CN') faults.push('no language');
  if ((await page.locator('script').count()) > 0) faults.push('a script');
  const wide = await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);
  if (wide > 0) faults.push(`${wide} px too wide`);
  for (const target of await page.locator('.button, .account-leave, .choice label').all()) {
    const box = await target.boundingBox();
    if (box !== null && Math.min(box.width, box.height) < LEAST_TARGET) {
      faults.push(`“${await target.textContent()}” is too small`);
    }
  }
  const unnamed = page.locator('svg:not([aria-hidden="true"]):not([role="img"][aria-label])');
  if ((await unnamed.count()) > 0) faults.push('a drawing without words');
  return faults;
}
