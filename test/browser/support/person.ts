/**
 * What people of the team do with their mouse: open the inbox, open a mail, answer.
 *
 * Promises: no address is typed; every page is reached by what stands on the one before it.
 */
import type { Locator, Page } from 'playwright-core';

export const ADA = 'Ada Berg';
export const MAREK = 'Marek Wójcik';
export const KASIA = 'Kasia Nowak';
export const MIA = 'Mia Solberg';
export const INGRID = 'Ingrid Holm';
export const EMMA = 'Emma Carter';

/** Without what opens it: links are secret. */
export const placeOf = (page: Page): string => new URL(page.url()).pathname.replace(/^\/a\/.*/, '/a/…');

/** A page that does not come says what is there instead. */
const seen = async (page: Page, what: string, found: Locator): Promise<void> => {
  try {
    await found.first().waitFor();
  } catch (cause) {
    const there = await page.locator('body').innerText();
    throw new Error(`${what} is not on ${placeOf(page)}, which reads:\n${there}`, { cause });
  }
};

/** Waits until the page says so at its top. */
export const headed = (page: Page, name: string): Promise<void> =>
  seen(page, `The heading “${name}”`, page.getByRole('heading', { level: 1, name, exact: true }));
/** Waits until this can be read. */
export const reads = (page: Page, text: string | RegExp): Promise<void> =>
  seen(page, `“${text}”`, page.getByText(text).filter({ visible: true }));

export const goTo = (page: Page, place: string): Promise<void> =>
  page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click();

/** Somebody in a list, whatever stands beside their name. */
export const choose = async (list: Locator, name: string): Promise<void> => {
  const option = list.locator('option').filter({ hasText: name });
  await list.selectOption((await option.first().getAttribute('value')) ?? '');
};

/** The newest mail to somebody with this in its subject, from whatever page has the common links. */
export const openMail = async (page: Page, to: string, subject: string): Promise<void> => {
  await goTo(page, 'Inbox');
  await headed(page, 'Inbox');
  await choose(page.getByLabel('To', { exact: true }), to);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/person=/);
  await page.locator('td.title a').filter({ hasText: subject }).first().click();
  await page.waitForURL(/\/inbox\/./);
};

/** What a mail holds, however it is shown. */
export const letterOf = (page: Page) => page.locator('.letter');

/** The one button of a mail. */
export const followMail = async (page: Page): Promise<void> => {
  await letterOf(page)
    .getByRole('link', { name: /^(Open|Review and decide)/ })
    .click();
  await page.waitForURL(/\/a\//);
};

/** Looks up the code in a window of its own beside the page that asks for it, as one does. */
export const typeCode = async (page: Page, inbox: Page, to: string): Promise<void> => {
  await headed(page, 'Enter your code');
  await openMail(inbox, to, 'code');
  const lines = await letterOf(inbox).locator('p').allInnerTexts();
  const digits = lines.find((line) => /^\d{3}\s*\d{3}$/.test(line)) ?? '';
  await page.getByLabel('Code of six digits').fill(digits);
  await page.getByRole('button', { name: 'Confirm' }).click();
};

/** Chooses whose eyes to look through, as a sandbox asks whoever comes. */
export const beSomebody = async (page: Page, name: string): Promise<void> => {
  await page.goto('/');
  await page.getByRole('button', { name }).click();
  await headed(page, 'Board');
};
