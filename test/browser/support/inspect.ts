/**
 * What is wrong with a page as it stands in a window: for those who have it read aloud or cannot see it well, and on a
 * small screen.
 *
 * Promises: the page is looked at light and dark, on a phone of 360 pixels, and at 200 % on a desk of 1,280, and heard at
 * each of these sizes; it is left as it was. The window has to be opened with `bypassCSP`, since the page itself lets no script in, and with reduced motion,
 * since colours that are on their way are none.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { asHeard } from './as-heard.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
};

/** Sentences; empty where all is well. */
export const inspect = async (page: Page): Promise<readonly string[]> => {
  const size = page.viewportSize();
  const found: string[] = [];
  // What stands on a page can be found before its colours are there.
  await page.waitForLoadState('load');
  found.push(...(await asHeard(page)));
  await page.evaluate(AXE);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await violations(page, colorScheme)));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  for (const width of [360, 640]) {
    await page.setViewportSize({ width, height: 800 });
    found.push(...(await sideways(page, width)));
    found.push(...(await asHeard(page)).map((one) => `${width} px: ${one}`));
  }
  if (size !== null) await page.setViewportSize(size);
  return found;
};

const violations = async (page: Page, scheme: string): Promise<readonly string[]> => {
  // What does not depend on colours is looked for once.
  const rules = scheme === 'light' ? '' : ", runOnly: ['color-contrast', 'link-in-text-block']";
  const all = (await page.evaluate(
    `axe.run({ resultTypes: ['violations']${rules} }).then(({ violations }) => violations)`,
  )) as readonly Violation[];
  return all
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${scheme}: ${id} at ${target.join(' ')}: ${failureSummary}`),
    );
};

/** The innermost elements that reach over the edge, but for what scrolls in a box of its own. */
const OVER_THE_EDGE = `(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (one) => one !== null && one !== document.body && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  const over = [...document.body.querySelectorAll('*')].filter((one) => {
    const { right, width: own } = one.getBoundingClientRect();
    return own > 0 && right > width + 1 && !scrolls(one.parentElement);
  });
  const named = over.filter((one) => !over.some((other) => other !== one && one.contains(other)));
  return [document.documentElement.scrollWidth, ...named.slice(0, 3).map((one) => one.outerHTML.slice(0, 160))];
})()`;

const sideways = async (page: Page, width: number): Promise<readonly string[]> => {
  const [scrollWidth, ...elements] = (await page.evaluate(OVER_THE_EDGE)) as readonly (number | string)[];
  return scrollWidth === undefined
    ? []
    : [`${width} px: the page is ${scrollWidth} px wide: ${elements.join(' and ')}`];
};
