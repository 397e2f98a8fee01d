/**
 * Back and reload, after whatever a form sent: nothing is sent twice, and nothing happens twice.
 *
 * Promises: each journey is gone through in a window of its own; what the window asks for afterwards is watched.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_WORDS } from '../../functions/words/page-words.ts';
import { SAID } from '../../functions/words/said.ts';
import { openChromium } from './support/chromium.ts';
import { beSomebody, choose, headed, MIA, reads } from './support/person.ts';
import { codeIn, linkIn, publicForm, type Sandbox, startSandbox } from './support/sandbox.ts';
import { ADA, MAREK, MIA as MIA_MAIL, type Scene, setScene } from './support/scene.ts';
import { openWindow } from './support/visitor.ts';

let browser: Browser;
let sandbox: Sandbox;
let scene: Scene;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([openChromium(), startSandbox('--no-demo')]);
  scene = await setScene(sandbox);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close()]);
});

/** All that ever happened, and all that was mailed. */
const happened = async (): Promise<unknown> => {
  // Answers when what was begun before has been done.
  const mails = await sandbox.mails();
  const runs = (await (await fetch(`${sandbox.url}/api/runs`)).json()) as { readonly run: string }[];
  const histories = await Promise.all(runs.map(async ({ run }) => [run, await sandbox.history(run)] as const));
  return { mails: mails.map(({ id }) => id), histories };
};

const REQUEST = {
  product: 'Boots',
  go_live: '2027-05-03',
  market: 'Norway',
  monthly_budget: '5000',
  max_cost_per_lead: '40',
};

const STEERED = PAGE_WORDS.run.steered;

const moveItsDate = async (page: Page): Promise<void> => {
  await page.getByText(PAGE_WORDS.run.steeringOpen).click();
  const form = page.locator('.steered details').filter({ hasText: PAGE_WORDS.run.acts.extend }).first();
  await form.locator('summary').click();
  await form.getByLabel(PAGE_WORDS.run.workdays).fill('2');
  await form.getByLabel(PAGE_WORDS.run.reason).fill('The client is away.');
  await form.getByRole('button').click();
};

const codeOf = async (page: Page, address: string): Promise<void> => {
  await headed(page, 'Enter your code');
  await page.getByLabel('Code of six digits').fill(codeIn(await sandbox.mail(address, 'code')));
  await press(page, 'Confirm');
};

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** What can be read where it ends, and where Back leads from there. */
type Sent = { readonly says: string; readonly back: string };

/** Each sends something, and ends where it can be read what became of it. */
const SENT: { readonly [what: string]: (page: Page) => Promise<Sent> } = {
  'a task was handed in': async (page) => {
    await page.goto(scene.links['a task'] ?? '');
    await page.getByLabel('The idea in one line').fill('What a page costs');
    await press(page, 'Done');
    await headed(page, 'Recorded');
    return { says: 'What happens next', back: 'This was recorded before; nothing has changed.' };
  },
  'a task was handed in without a link': async (page) => {
    await beSomebody(page, 'Kasia Nowak');
    await page.goto('/me');
    await page.getByRole('link', { name: 'Write the outline', exact: false }).first().click();
    await page.getByLabel('Link to the outline').fill('https://docs.example.com/second');
    await press(page, 'Done');
    await headed(page, 'Recorded');
    return { says: 'What happens next', back: 'This was recorded before; nothing has changed.' };
  },
  'a step was given away': async (page) => {
    const run = await sandbox.start('blog-post', { topic: 'To be given', publish: '2027-06-30' });
    await page.goto(linkIn(await sandbox.mail(ADA, 'To be given')));
    await page.getByText('Give this to somebody else').click();
    await choose(page.getByLabel('To whom'), 'Ola');
    await page.getByLabel('Why').fill('I am away.');
    await press(page, 'Give it away');
    await headed(page, 'Given away');
    expect((await sandbox.history(run)).filter(({ type }) => type === 'step-reassigned')).toHaveLength(1);
    return { says: 'Ola', back: 'This was given to somebody else' };
  },
  'an approval was decided, with a code': async (page) => {
    await page.goto(scene.links['an approval'] ?? '');
    await page.getByLabel('Ask for changes').check();
    await page.getByLabel('Comment').fill('Name one reader.');
    await press(page, 'Send decision');
    await codeOf(page, MAREK);
    await headed(page, 'Recorded');
    return { says: 'What happens next', back: 'This was recorded before; nothing has changed.' };
  },
  'a run was steered on its page': async (page) => {
    await beSomebody(page, MIA);
    await page.goto(`/runs/${scene.runs.fresh}`);
    await moveItsDate(page);
    return { says: STEERED, back: PAGE_WORDS.run.steeringOpen };
  },
  'a run was steered behind the link of its lead': async (page) => {
    await page.goto(scene.links['a run, for its lead'] ?? '');
    await moveItsDate(page);
    await codeOf(page, MIA_MAIL);
    return { says: STEERED, back: SAID.steer.movedSince };
  },
  'a run was started': async (page) => {
    await beSomebody(page, MIA);
    await page.goto('/start/blog-post');
    await page.getByLabel('Working title').fill('Started once');
    await page.getByLabel('Publish date').fill('2027-06-30');
    await press(page, 'Show the plan');
    await press(page, 'Start');
    await headed(page, 'It has started');
    return { says: 'Generate the idea', back: 'This works out.' };
  },
  'the form for everybody was sent': async (page) => {
    await page.goto((await publicForm(sandbox)).form);
    for (const [name, value] of Object.entries(REQUEST)) await page.locator(`[name=${name}]`).fill(value);
    await press(page, 'Send');
    await headed(page, 'Thank you');
    return { says: 'It has arrived.', back: 'Fill this in and send it.' };
  },
  'a new link was asked for': async (page) => {
    await page.goto(scene.links['a task that was given away'] ?? '');
    await press(page, 'Mail me a new link');
    await headed(page, 'Look into your mail');
    return { says: 'a new link is on its way', back: 'This was given to somebody else' };
  },
  'the address of a calendar was ended': async (page) => {
    await beSomebody(page, MIA);
    await page.goto('/me/calendar');
    await press(page, PAGE_WORDS.feed.make);
    await page.goto('/me/calendar');
    await press(page, PAGE_WORDS.feed.end);
    return { says: PAGE_WORDS.feed.ended, back: PAGE_WORDS.feed.lead };
  },
};

/** Between whose form and its end is a page that was sent, since it carries what was typed. */
const BETWEEN: ReadonlySet<string> = new Set([
  'an approval was decided, with a code',
  'a run was steered behind the link of its lead',
  'a run was started',
]);

describe.each(Object.entries(SENT))('after %s', (what, send) => {
  test('a reload sends nothing, Back finds what became of it, and nothing happens twice', async () => {
    const { page, trouble, close } = await openWindow(browser, sandbox);
    const { says, back } = await send(page);
    await reads(page, says);
    const before = await happened();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.method()));
    await page.reload();
    await reads(page, says);
    expect(new Set(asked)).toEqual(new Set(['GET']));
    // Chromium asks people before it sends something again; here it does so at once, which is the worse case.
    await page.goBack();
    await reads(page, back);
    if (!BETWEEN.has(what)) expect(new Set(asked)).toEqual(new Set(['GET']));
    expect(await happened()).toEqual(before);
    await page.goForward();
    await reads(page, says);
    expect(await happened()).toEqual(before);
    expect(trouble()).toEqual([]);
    await close();
  });
});

test('the address of a calendar goes on working when the page that shows it is loaded again', async () => {
  const { page, trouble, close } = await openWindow(browser, sandbox);
  await beSomebody(page, 'Marek Wójcik');
  await page.goto('/me/calendar');
  await press(page, PAGE_WORDS.feed.make);
  const address = await page.getByRole('textbox', { name: PAGE_WORDS.feed.label }).inputValue();
  await page.reload();
  await reads(page, PAGE_WORDS.feed.outdated);
  expect(await page.content()).not.toContain(address);
  expect((await page.request.get(address)).status()).toBe(200);
  expect(trouble()).toEqual([]);
  await close();
});
