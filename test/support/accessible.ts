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

const ownFaults = (page: Page): Promise<readonly string[]> =>
  page.evaluate((leastTarget) => {
    const faults: string[] = [];
    const { documentElement: root, scripts } = document;
    if (root.lang !== 'zh-CN') faults.push('no language');
    if ([...scripts].some((script) => script.isConnected)) faults.push('a script');
    const wide = root.scrollWidth - root.clientWidth;
    if (wide > 0) faults.push(`${wide} px too wide`);
    const pressed = '.button, .account-leave, .choice label';
    for (const element of document.querySelectorAll<HTMLElement>(pressed)) {
      const { width, height } = element.getBoundingClientRect();
      const small = element.checkVisibility() && Math.min(width, height) < leastTarget;
      if (small) faults.push(`“${element.textContent}” is too small`);
    }
    for (const svg of document.querySelectorAll('svg')) {
      const named = svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label') !== null;
      const hidden = svg.getAttribute('aria-hidden') === 'true';
      if (!named && !hidden) faults.push('a drawing without words');
    }
    return faults;
  }, LEAST_TARGET);
