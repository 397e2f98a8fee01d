/**
 * `npm run screenshots`: the pictures of the README, into `.github`; `npm run screenshots -- FOLDER`: all that there are.
 *
 * Promises: the same sandbox each time, with the team of the demonstration some days on; each picture below 120 KB.
 * It needs Chromium, and Debian's `pngquant`.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openChromium } from './support/chromium.ts';
import { handFor } from './support/hand.ts';
import { beSomebody, letterOf, MIA, reads } from './support/person.ts';
import { linkIn, type Sandbox, startSandbox } from './support/sandbox.ts';
import { openWindow, PHONE } from './support/visitor.ts';

const MOST_BYTES = 120 * 1_024;
const [, , folder] = process.argv;
const FOLDER = resolve(folder ?? fileURLToPath(new URL('../../.github', import.meta.url)));
const IN_README = ['board', 'run', 'start', 'approval'];

/** Beside the runs of the demonstration; their dates are seen from the day of the pictures. */
const RUNS: readonly (readonly [workflow: string, inputs: object])[] = [
  [
    'webinar',
    {
      topic: 'Pricing without guessing',
      held_on: '2027-03-18',
      starts_at: '15:00 CET',
      speaker: 'Grace Miller',
      speaker_email: 'grace.miller@example.com',
    },
  ],
  [
    'product-launch',
    { product: 'Route planner', launch: '2027-05-20', launch_kind: 'Digital', price: 49, budget: 12_000 },
  ],
  [
    'client-onboarding',
    {
      client: 'Fjord Outdoor',
      contact_name: 'Liv Aune',
      contact_email: 'liv.aune@example.com',
      kick_off: '2027-01-21',
      plan: 'Plus',
      contract_value: 24_000,
      deposit: 6_000,
    },
  ],
];

const small = (png: Buffer): Buffer => {
  const made = spawnSync('pngquant', ['--speed', '1', '--strip', '128', '-'], { input: png, maxBuffer: 1e8 });
  if (made.error !== undefined)
    throw new Error("There is no pngquant on this machine: install Debian's package `pngquant`.");
  if (made.status !== 0) throw new Error(`pngquant: ${made.stderr.toString()}`);
  return made.stdout;
};

/** @param height of the part that is shown, in pixels of the page. */
const keep = async (page: Page, name: string, height: number): Promise<void> => {
  if (folder === undefined && !IN_README.includes(name)) return;
  const width = page.viewportSize()?.width ?? 0;
  await page.setViewportSize({ width, height });
  const picture = small(await page.screenshot({ animations: 'disabled' }));
  if (picture.length > MOST_BYTES) throw new Error(`${name}.png has ${picture.length} bytes: show less of the page.`);
  await writeFile(join(FOLDER, `${name}.png`), picture);
  process.stdout.write(`${name}.png, ${Math.ceil(picture.length / 1_024)} KB\n`);
};

/** Some days after the demonstration: something is done, something is asked again, something is late. */
const someDaysOn = async (sandbox: Sandbox): Promise<{ readonly run: string; readonly approval: string }> => {
  const hand = handFor(sandbox);
  for (const [workflow, inputs] of RUNS) await sandbox.start(workflow, inputs);
  const topic = 'How teams price a second product';
  const people = { 'seo-strategist': 'marek-wojcik', 'blog-writer': 'kasia-nowak' };
  const run = await sandbox.start('blog-post', { topic, publish: '2027-02-19' }, people);
  const [ada, marek, kasia] = ['ada.berg@example.com', 'marek.wojcik@example.com', 'kasia.nowak@example.com'];
  const done = { decision: 'done' };
  await hand.answer(ada, 'second product', { ...done, idea: 'Price the second product for those who own the first' });
  await sandbox.to('2027-01-06T10:20:00Z');
  await hand.answer(marek, 'second product', { ...done, keywords: 'second product pricing, price anchoring, bundles' });
  await sandbox.to('2027-01-08T13:05:00Z');
  await hand.answer(kasia, 'second product', { ...done, outline: 'https://docs.example.com/second-product' });
  await sandbox.to('2027-01-11T09:40:00Z');
  await hand.answer('mia.solberg@example.com', 'Approve the outline', {
    decision: 'request_changes',
    comment: 'Good start. Name one reader, and lead with what they gain.',
  });
  await sandbox.to('2027-01-12T08:15:00Z');
  await hand.answer(kasia, 'Round 2: Write the outline', {
    ...done,
    outline: 'https://docs.example.com/second-product-2',
    comment: 'The reader is a founder with one product; the gain is in the first line now.',
  });
  await sandbox.to('2027-01-13T07:30:00Z');
  return { run, approval: linkIn(await sandbox.mail(marek, 'Round 2: Approve the outline')) };
};

await mkdir(FOLDER, { recursive: true });
const [browser, sandbox] = await Promise.all([openChromium(['--hide-scrollbars']), startSandbox()]);
try {
  const { run, approval } = await someDaysOn(sandbox);
  const { page } = await openWindow(browser, sandbox, { viewport: { width: 1_200, height: 900 } });
  await beSomebody(page, MIA);
  await keep(page, 'board', 1_000);
  await page.goto(`/runs/${run}`);
  await keep(page, 'run', 1_000);
  await page.goto('/me');
  await keep(page, 'my-work', 900);
  await page.goto('/team');
  await keep(page, 'team', 900);
  await page.goto('/workflows/blog-post');
  await keep(page, 'workflow', 900);
  await page.goto('/start/blog-post');
  await page.getByLabel('Working title').fill('Pricing pages that sell');
  await page.getByLabel('Publish date').fill('2027-03-31');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await reads(page, 'This works out.');
  await keep(page, 'start', 900);
  await page.goto(approval);
  await keep(page, 'approval', 1_000);

  const phone = (await openWindow(browser, sandbox, { ...PHONE, deviceScaleFactor: 1.5 })).page;
  await phone.goto(approval);
  await keep(phone, 'phone-approval', 844);
  await phone.getByRole('link', { name: 'Go to your answer' }).click();
  await keep(phone, 'phone-answer', 844);
  await phone.goto('/inbox');
  await phone.locator('td.title a').filter({ hasText: 'Round 2: Approve' }).first().click();
  await letterOf(phone).scrollIntoViewIfNeeded();
  await keep(phone, 'phone-mail', 844);
} finally {
  await Promise.all([browser.close(), sandbox.close()]);
}
