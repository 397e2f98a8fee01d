/**
 * People as they are: with a keyboard alone, without script, on a phone, in a hurry, and with the back button.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openChromium } from './support/chromium.ts';
import {
  ADA,
  beSomebody,
  choose,
  followMail,
  goTo,
  headed,
  KASIA,
  letterOf,
  MAREK,
  MIA,
  openMail,
  reads,
  typeCode,
} from './support/person.ts';
import { linkIn, type Sandbox, startSandbox } from './support/sandbox.ts';
import { DESK, openWindow, PHONE, type Window } from './support/visitor.ts';

let browser: Browser;
let sandbox: Sandbox;
let window: Window | undefined;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([openChromium(), startSandbox('--no-demo')]);
});
afterEach(async () => {
  const trouble = window?.trouble();
  await window?.close();
  window = undefined;
  expect(trouble).toEqual([]);
});
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close()]);
});

const opened = async (options = DESK): Promise<Page> => {
  window = await openWindow(browser, sandbox, options);
  return window.page;
};
const WHO = { 'seo-strategist': 'marek-wojcik', 'blog-writer': 'kasia-nowak' };
const begin = (topic: string): Promise<string> => sandbox.start('blog-post', { topic, publish: '2027-03-31' }, WHO);
const typesOf = async (run: string): Promise<readonly string[]> => (await sandbox.history(run)).map(({ type }) => type);
const countOf = async (run: string, type: string): Promise<number> =>
  (await typesOf(run)).filter((one) => one === type).length;

/** Presses Tab until what has the focus is called so; each stop on the way has to be seen. */
const tabTo = async (page: Page, name: string | RegExp): Promise<void> => {
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    const [outline, called] = await Promise.all([
      focused.evaluate((element) => {
        const { outlineStyle, outlineWidth } = (globalThis as never as Painted).getComputedStyle(element);
        return `${outlineStyle} ${outlineWidth}`;
      }),
      focused.evaluate((element) => {
        const one = element as never as Named;
        return one.labels?.[0]?.innerText ?? one.innerText;
      }),
    ]);
    expect(outline, called).toBe('solid 3px');
    if (typeof name === 'string' ? called.trim() === name : name.test(called)) return;
  }
  throw new Error(`Tab does not come to ${name}.`);
};
type Painted = { getComputedStyle(element: unknown): { outlineStyle: string; outlineWidth: string } };
type Named = { readonly innerText: string; readonly labels?: readonly { readonly innerText: string }[] };

test('with a keyboard alone: past the links, into the form, to an approval with changes', async () => {
  const run = await begin('By keyboard');
  const page = await opened();
  await page.goto(linkIn(await sandbox.mail('ada.berg@example.com', 'By keyboard')));
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').innerText()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, 'The idea in one line');
  await page.keyboard.type('What a page costs');
  await tabTo(page, 'Done');
  await page.keyboard.press('Enter');
  await headed(page, 'Recorded');

  await page.goto(linkIn(await sandbox.mail('marek.wojcik@example.com', 'By keyboard')));
  await tabTo(page, 'Keywords');
  await page.keyboard.type('pricing');
  await tabTo(page, 'Done');
  await page.keyboard.press('Space');
  await headed(page, 'Recorded');
  await page.goto(linkIn(await sandbox.mail('kasia.nowak@example.com', 'By keyboard')));
  await tabTo(page, 'Link to the outline');
  await page.keyboard.type('https://docs.example.com/outline');
  await page.keyboard.press('Enter');
  await headed(page, 'Recorded');

  await page.goto(linkIn(await sandbox.mail('mia.solberg@example.com', 'By keyboard')));
  await tabTo(page, 'Approve');
  await page.keyboard.press('ArrowDown');
  expect(await page.getByLabel('Ask for changes').isChecked()).toBe(true);
  await tabTo(page, /^Comment/);
  await page.keyboard.type('Name one reader.');
  await tabTo(page, 'Send decision');
  await page.keyboard.press('Enter');
  await headed(page, 'Enter your code');
  const { text } = await sandbox.mail('mia.solberg@example.com', 'code');
  await tabTo(page, 'Code of six digits');
  await page.keyboard.type(/^\s*(\d{6})\s*$/m.exec(text)?.[1] ?? '');
  await page.keyboard.press('Enter');
  await headed(page, 'Recorded');
  expect(await countOf(run, 'changes-requested')).toBe(1);
});

test('without script: from who one is to the next one who has it', async () => {
  const page = await opened({ ...DESK, javaScriptEnabled: false });
  await beSomebody(page, MIA);
  await page.goto('/start/blog-post');
  await page.getByLabel('Working title').fill('Without script');
  await page.getByLabel('Publish date').fill('2027-03-31');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await headed(page, 'It has started');
  await page.getByRole('link', { name: 'See the run' }).click();
  await openMail(page, ADA, 'Without script');
  await reads(page, 'Never promise a launch date in the title');
  await followMail(page);
  await page.getByLabel('The idea in one line').fill('What a page costs');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await headed(page, 'Recorded');
  await reads(page, 'Research keywords');
});

test('on a phone: from the mail to the decision, and the board moves', async () => {
  const run = await begin('From the phone');
  const page = await opened(PHONE);
  await beSomebody(page, MIA);
  const moved = async (step: string): Promise<void> => {
    await goTo(page, 'Board');
    await page.getByRole('link', { name: 'From the phone', exact: true }).click();
    await headed(page, 'From the phone');
    await reads(page, step);
  };
  await moved('Generate the idea');
  const answer = async (to: string, fields: { readonly [label: string]: string }) => {
    await openMail(page, to, 'From the phone');
    await followMail(page);
    await page.getByRole('link', { name: 'Go to your answer' }).tap();
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  };
  const done = async () => {
    await page.getByRole('button', { name: 'Done', exact: true }).tap();
    await headed(page, 'Recorded');
    await page.getByRole('link', { name: 'See the run' }).tap();
    await headed(page, 'From the phone');
  };
  await answer(ADA, { 'The idea in one line': 'What a page costs' });
  await done();
  await moved('Research keywords');
  await answer(MAREK, { Keywords: 'pricing' });
  await done();
  await answer(KASIA, { 'Link to the outline': 'https://docs.example.com/outline' });
  await done();
  await moved('Approve the outline');
  await answer(MIA, { Comment: 'Good as it is.' });
  await page.getByLabel('Approve', { exact: true }).tap();
  const inbox = await page.context().newPage();
  await inbox.goto('/inbox');
  await page.getByRole('button', { name: 'Send decision' }).tap();
  await typeCode(page, inbox, MIA);
  await headed(page, 'Recorded');
  expect(await countOf(run, 'vote-cast')).toBe(1);
});

test('in a hurry: a double click decides once', async () => {
  const run = await begin('Twice');
  const page = await opened();
  await page.goto(linkIn(await sandbox.mail('ada.berg@example.com', 'Twice')));
  await page.getByLabel('The idea in one line').fill('What a page costs');
  await page.getByRole('button', { name: 'Done', exact: true }).dblclick();
  await headed(page, 'Recorded');
  expect(await countOf(run, 'step-finished')).toBe(1);
  expect(await countOf(run, 'step-opened')).toBe(2);
});

test('with the back button from the page of the code: what was typed is there, and can be sent again', async () => {
  const run = await begin('Code and back');
  const page = await opened();
  const send = async (to: string, fill: (page: Page) => Promise<void>) => {
    await page.goto(linkIn(await sandbox.mail(to, 'Code and back')));
    await fill(page);
    await page.locator('#answer form').first().getByRole('button').click();
  };
  await send('ada.berg@example.com', (one) => one.getByLabel('The idea in one line').fill('One'));
  await headed(page, 'Recorded');
  await send('marek.wojcik@example.com', (one) => one.getByLabel('Keywords').fill('pricing'));
  await headed(page, 'Recorded');
  await send('kasia.nowak@example.com', (one) =>
    one.getByLabel('Link to the outline').fill('https://docs.example.com'),
  );
  await headed(page, 'Recorded');
  await send('marek.wojcik@example.com', async (one) => {
    await one.getByLabel('Ask for changes').check();
    await one.getByLabel('Comment').fill('Name one reader.');
  });
  await headed(page, 'Enter your code');
  await page.goBack();
  await headed(page, 'Approve the outline');
  expect(await page.getByLabel('Ask for changes').isChecked()).toBe(true);
  expect(await page.getByLabel('Comment').inputValue()).toBe('Name one reader.');
  await page.getByRole('button', { name: 'Send decision' }).click();
  const inbox = await page.context().newPage();
  await inbox.goto('/inbox');
  await typeCode(page, inbox, MAREK);
  await headed(page, 'Recorded');
  expect(await countOf(run, 'changes-requested')).toBe(1);
});

test('who types something wrong finds everything again, and what is wrong at its place', async () => {
  await begin('Kept');
  const page = await opened();
  const start = '/start/blog-post';
  await beSomebody(page, MIA);
  await page.goto(start);
  await page.getByLabel('Working title').fill('A title “with quotes” & <signs>');
  await page.getByLabel('Budget').fill('a lot');
  await choose(page.getByLabel('Writer', { exact: true }), KASIA);
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await reads(page, '2 things are missing or wrong');
  expect(await page.getByLabel('Working title').inputValue()).toBe('A title “with quotes” & <signs>');
  expect(await page.getByLabel('Budget').inputValue()).toBe('a lot');
  expect(await page.getByLabel('Writer', { exact: true }).inputValue()).toBe('kasia-nowak');
  expect(await page.title()).toMatch(/^Error: /);
  // The first of them leads to its input.
  await page.locator('.problems a').first().click();
  expect(new URL(page.url()).hash).toBe('#f-publish');

  await page.goto(linkIn(await sandbox.mail('ada.berg@example.com', 'Kept')));
  await page.getByLabel('Comment').fill('A line\nand another 🎈');
  await page.getByLabel('Hours that it really took').fill('two');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await reads(page, '2 things are missing or wrong');
  expect(await page.getByLabel('Comment').inputValue()).toBe('A line\nand another 🎈');
  expect(await page.getByLabel('Hours that it really took').inputValue()).toBe('two');
});

test('a mail is whole, light and dark, and no wider than the phone', async () => {
  await begin('In the dark');
  const page = await opened(PHONE);
  await page.goto('/inbox');
  await openMail(page, ADA, 'In the dark');
  const paper = letterOf(page).locator('.card').first();
  const paint = () => paper.evaluate((one) => (globalThis as never as Paint).getComputedStyle(one).backgroundColor);
  expect(await paint()).toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await paint()).toBe('rgb(29, 38, 48)');
  const box = await letterOf(page).boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 1_000)).toBeLessThanOrEqual(390);
  expect(box?.height).toBeGreaterThan(700);
});
type Paint = { getComputedStyle(element: unknown): { backgroundColor: string } };
