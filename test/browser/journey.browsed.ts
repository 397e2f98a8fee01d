/** A blog post from the first page to the last step, by clicking and typing only. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openChromium } from './support/chromium.ts';
import {
  ADA,
  beSomebody,
  choose,
  EMMA,
  followMail,
  headed,
  INGRID,
  KASIA,
  MAREK,
  MIA,
  openMail,
  reads,
  typeCode,
} from './support/person.ts';
import { type Sandbox, startSandbox } from './support/sandbox.ts';
import { openWindow, type Window } from './support/visitor.ts';

let browser: Browser;
let sandbox: Sandbox;
let desk: Window;
let page: Page;
/** A second window of the same browser, for looking up codes. */
let inbox: Page;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([openChromium(), startSandbox('--no-demo')]);
});
beforeEach(async () => {
  desk = await openWindow(browser, sandbox);
  page = desk.page;
  inbox = await page.context().newPage();
  await beSomebody(page, MIA);
  await inbox.goto('/inbox');
});
afterEach(async () => {
  const trouble = desk.trouble();
  await desk.close();
  expect(trouble).toEqual([]);
});
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close()]);
});

const TOPIC = 'Pricing pages that sell';
const WHO = { 'SEO strategist': MAREK, Writer: KASIA, 'Graphic designer': INGRID, 'Social media manager': EMMA };

/** From whatever page they are on. */
const hasMail = async (to: string, subject: string): Promise<void> => {
  const onward = page.getByRole('link', { name: 'See the run' });
  if (await onward.isVisible()) await onward.click();
  await openMail(page, to, subject);
  await followMail(page);
};

/** Opens their mail and hands the step in. */
const handIn = async (to: string, subject: string, fields: { readonly [label: string]: string } = {}) => {
  await hasMail(to, subject);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await headed(page, 'Recorded');
};

const decide = async (to: string, subject: string, choice: string, comment = '') => {
  await hasMail(to, subject);
  await page.getByLabel(choice, { exact: true }).check();
  await page.getByLabel('Comment').fill(comment);
  await page.getByRole('button', { name: 'Send decision' }).click();
};

test('a blog post goes from hand to hand, is sent back once, and ends', async () => {
  await page.getByRole('link', { name: 'Start something' }).click();
  await page.getByRole('link', { name: 'Blog post', exact: true }).click();
  await headed(page, 'Blog post');
  await page.getByRole('link', { name: 'Start', exact: true }).click();
  await page.getByLabel('Working title').fill(TOPIC);
  await page.getByLabel('Publish date').fill('2027-03-31');
  for (const [role, person] of Object.entries(WHO)) await choose(page.getByLabel(role), person);
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await reads(page, 'This works out.');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await headed(page, 'It has started');
  await reads(page, ADA);
  await page.getByRole('link', { name: 'See the run' }).click();
  await headed(page, TOPIC);
  const run = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');

  await handIn(ADA, 'Generate the idea', { 'The idea in one line': 'What a page costs its reader' });
  await reads(page, MAREK);
  await handIn(MAREK, 'Research keywords', { Keywords: 'pricing page\nprice anchoring' });
  await handIn(KASIA, 'Write the outline', { 'Link to the outline': 'https://docs.example.com/outline' });

  await decide(MIA, 'Approve the outline', 'Ask for changes', 'Name one reader, and begin with what they gain.');
  await typeCode(page, inbox, MIA);
  await headed(page, 'Recorded');
  await reads(page, 'Changes were asked for');

  await hasMail(KASIA, 'Round 2: Write the outline');
  await reads(page, 'Name one reader, and begin with what they gain.');
  await page.getByLabel('Link to the outline').fill('https://docs.example.com/outline-2');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await headed(page, 'Recorded');

  // A device is asked once for each person.
  await decide(MIA, 'Round 2: Approve the outline', 'Approve');
  await headed(page, 'Recorded');
  await decide(MAREK, 'Round 2: Approve the outline', 'Approve');
  await typeCode(page, inbox, MAREK);
  await headed(page, 'Recorded');

  await handIn(INGRID, 'Make images or an infographic');
  await handIn(KASIA, 'Write the final draft', { 'Link to the draft': 'https://docs.example.com/draft' });
  await handIn(EMMA, 'Plan the social posts');
  await handIn(KASIA, 'Publish and check the live page', { 'Live address': 'https://www.example.com/pricing' });
  await reads(page, 'it was the last step');
  await page.getByRole('link', { name: 'See the run' }).click();
  await headed(page, TOPIC);
  await reads(page, 'Finished');

  const decisions = (await sandbox.history(run)).flatMap(({ type, decision, proof, round }) =>
    type === 'vote-cast' ? [`${decision} ${round} ${proof}`] : [],
  );
  expect(decisions).toEqual(['request_changes 1 verified', 'approve 2 verified', 'approve 2 verified']);
  expect((await sandbox.history(run)).at(-1)).toMatchObject({ type: 'run-finished', outcome: 'finished' });
});
