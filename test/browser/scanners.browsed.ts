/**
 * Robots that open mails before people do: they ask, follow, run scripts, press and submit (trust.md, mailed links).
 * The sandbox is as wary as AWS, and between two visits so much time goes by that no visit is part of a burst.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_WORDS } from '../../functions/words/page-words.ts';
import { openChromium } from './support/chromium.ts';
import { beSomebody, headed } from './support/person.ts';
import { codeIn, publicForm, type Sandbox, startSandbox } from './support/sandbox.ts';
import { ADA, MAREK, type Scene, setScene } from './support/scene.ts';
import { openWindow } from './support/visitor.ts';

let browser: Browser;
let sandbox: Sandbox;
let scene: Scene;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([openChromium(), startSandbox('--no-demo', '--wary')]);
  scene = await setScene(sandbox);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close()]);
});

/** Everything that was ever decided, of every run. */
const recorded = async () => {
  // Answers when what was begun before has been done.
  await sandbox.mails();
  const runs = (await (await fetch(`${sandbox.url}/api/runs`)).json()) as { readonly run: string }[];
  return Promise.all(runs.map(async ({ run }) => [run, await sandbox.history(run)] as const));
};

/** Whatever a robot was answered, so that nothing passes because all was refused. */
type Answers = number[];
type Robot = (path: string, answers: Answers) => Promise<void>;

const asks =
  (method: string, headers: { readonly [name: string]: string } = {}): Robot =>
  async (path, answers) => {
    await sandbox.advance('90s');
    answers.push((await fetch(`${sandbox.url}${path}`, { method, headers, redirect: 'manual' })).status);
  };

/** A browser that nobody has used. */
const inBrowser =
  (act: (page: Page, path: string) => Promise<void>): Robot =>
  async (path, answers) => {
    const { page, close, trouble } = await openWindow(browser, sandbox);
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) answers.push(response.status());
    });
    await act(page, path);
    expect(trouble()).toEqual([]);
    await close();
  };

const open = async (page: Page, path: string): Promise<void> => {
  await sandbox.advance('90s');
  // A calendar is kept as a file, and leaves the window empty.
  await page.goto(path).catch((error: Error) => {
    if (!error.message.includes('Download is starting')) throw error;
  });
};

/** Types something that fits into whatever the form has. */
const fillAll = async (form: Locator, choice: number): Promise<void> => {
  // The outermost first.
  const closed = form.locator('xpath=ancestor::details[not(@open)]/summary');
  while ((await closed.count()) > 0) await closed.first().click();
  const radios = form.getByRole('radio');
  if ((await radios.count()) > 0) await radios.nth(choice).check();
  for (const select of await form.locator('select').all()) {
    await select.selectOption({ index: (await select.locator('option').count()) - 1 });
  }
  for (const area of await form.locator('textarea').all()) await area.fill('As you wish.');
  for (const input of await form.locator('input:not([type=hidden], [type=radio])').all()) {
    const type = await input.getAttribute('type');
    const short = (await input.getAttribute('inputmode')) !== null;
    await input.fill(TYPED[type ?? ''] ?? (short ? '2' : 'https://example.com/'));
  }
};

const TYPED: { readonly [type: string]: string } = { 'datetime-local': '2027-02-01T10:00', date: '2027-02-01' };

/** What comes of it: where a code is asked for, a robot types one. */
const goOn = async (page: Page): Promise<void> => {
  await page.waitForLoadState();
  const code = page.getByLabel('Code of six digits');
  if (!(await code.isVisible())) return;
  await code.fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.waitForLoadState();
};

const formsOf = (page: Page): Locator => page.locator('main form');

const pressesFirst = async (page: Page, path: string): Promise<void> => {
  await open(page, path);
  const form = formsOf(page).first();
  if (!(await form.isVisible())) return;
  await fillAll(form, 0);
  await form.getByRole('button').first().click();
  await goOn(page);
};

/** Every form of the page, with every button, and every choice that it offers. */
const pressesAll = async (page: Page, path: string): Promise<void> => {
  await open(page, path);
  for (const form of await formsOf(page).all()) {
    const choices = Math.max(1, await form.getByRole('radio').count());
    const buttons = await form.locator('button').count();
    for (let press = 0; press < choices * buttons; press += 1) {
      await open(page, path);
      await fillAll(form, press % choices);
      await form
        .locator('button')
        .nth(Math.floor(press / choices))
        .click();
      await goOn(page);
    }
  }
};

/** As a script does it that knows what decides: nothing is pressed. */
const submitting = (form: number): string => `{
  const form = document.querySelectorAll('main form')[${form}];
  if (form.querySelector('[name=decision]:checked') === null) {
    form.append(Object.assign(document.createElement('input'), { name: 'decision', value: 'done' }));
  }
  form.submit();
}`;

const submitsByScript = async (page: Page, path: string): Promise<void> => {
  await open(page, path);
  const forms = await formsOf(page).count();
  for (let form = 0; form < forms; form += 1) {
    await open(page, path);
    await fillAll(formsOf(page).nth(form), 0);
    await Promise.all([page.waitForEvent('load'), page.evaluate(submitting(form))]);
    await goOn(page);
  }
};

const followsAll = async (page: Page, path: string): Promise<void> => {
  await open(page, path);
  const found = await Promise.all((await page.locator('a[href]').all()).map((one) => one.getAttribute('href')));
  for (const href of new Set(found)) {
    const there = new URL(href ?? '', page.url());
    if (there.origin === sandbox.url && there.hash === '') await page.goto(there.href);
  }
};

const ROBOTS: { readonly [what: string]: Robot } = {
  'asks for the head': asks('HEAD'),
  'asks for it': asks('GET'),
  'asks what is possible': asks('OPTIONS'),
  'fetches it beforehand': asks('GET', { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' }),
  'opens it and follows every link': inBrowser(followsAll),
  'opens it and presses the first button': inBrowser(pressesFirst),
  'opens it and presses every button of every form, with every choice': inBrowser(pressesAll),
  'opens it and submits every form by script': inBrowser(submitsByScript),
};

describe.each(Object.entries(ROBOTS))('a robot that %s', (_what, visit) => {
  test('changes nothing, whatever state the link is in', { timeout: 240_000 }, async () => {
    const before = await recorded();
    const answers: Answers = [];
    for (const [state, path] of Object.entries(scene.links)) {
      await visit(path, answers);
      expect(await recorded(), state).toEqual(before);
    }
    expect(answers.length).toBeGreaterThanOrEqual(Object.keys(scene.links).length);
    expect(answers.filter((status) => status === 429 || status >= 500)).toEqual([]);
  });
});

/** Those that send the form, and are led on as a person is. */
const SENDING = Object.keys(ROBOTS).filter((what) => /press|submit/.test(what));

describe.each(Object.entries(ROBOTS))('a robot that %s', (what, visit) => {
  test('starts nothing by a form for everybody', { timeout: 120_000 }, async () => {
    const before = await recorded();
    const answers: Answers = [];
    await visit(new URL((await publicForm(sandbox)).form).pathname, answers);
    expect(await recorded()).toEqual(before);
    expect(answers.includes(303)).toBe(SENDING.includes(what));
    expect(answers.filter((status) => status >= 400 && status !== 405)).toEqual([]);
  });

  test('changes nothing by the address of a calendar, and ends nothing', { timeout: 120_000 }, async () => {
    const before = await recorded();
    const calendar = await calendarOf('Ada Berg');
    // Each entry says when it was written.
    const entries = async () => (await (await fetch(calendar)).text()).replaceAll(/^DTSTAMP:.*$/gm, '');
    const shown = await entries();
    expect(shown).toContain('BEGIN:VEVENT');
    const answers: Answers = [];
    await visit(new URL(calendar).pathname, answers);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter((status) => status >= 400 && status !== 405)).toEqual([]);
    expect(await recorded()).toEqual(before);
    expect(await entries()).toBe(shown);
  });
});

/** A calendar shows what somebody owes to whoever has its address. */
const calendarOf = async (name: string): Promise<string> => {
  const { page, close } = await openWindow(browser, sandbox);
  await beSomebody(page, name);
  await page.goto('/me/calendar');
  await page.getByRole('button').first().click();
  const address = await page.getByRole('textbox', { name: PAGE_WORDS.feed.label }).inputValue();
  await close();
  return address;
};

/** Whoever fills in the form for everybody, by what gives a robot away. */
const FILLING: { readonly [who: string]: { readonly trap: boolean; readonly takes?: string; readonly runs: number } } =
  {
    'a robot that takes its time, and fills in what nobody sees': { trap: true, takes: '60s', runs: 0 },
    'a robot that fills in what can be seen, and sends it at once': { trap: false, runs: 0 },
    'a person, who takes a minute and sees no trap': { trap: false, takes: '60s', runs: 1 },
  };

test.each(Object.entries(FILLING))('by the form for everybody, %s starts so many runs', async (_who, filling) => {
  const before = await recorded();
  const { page, close } = await openWindow(browser, sandbox);
  await page.goto((await publicForm(sandbox)).form);
  const form = formsOf(page).first();
  const trap = filling.trap ? '' : ', [tabindex="-1"]';
  for (const input of await form.locator(`input:not([type=hidden]${trap}), textarea`).all()) {
    const short = (await input.getAttribute('inputmode')) !== null;
    await input.fill(TYPED[(await input.getAttribute('type')) ?? ''] ?? (short ? '2' : 'https://example.com/'));
  }
  if (filling.takes !== undefined) await sandbox.advance(filling.takes);
  await form.getByRole('button').first().click();
  // All of them read the same.
  await headed(page, 'Thank you');
  expect(await recorded()).toHaveLength(before.length + filling.runs);
  await close();
});

test('a link that was forwarded decides nothing: the code goes to whom it was mailed', async () => {
  const before = await recorded();
  const colleague = await openWindow(browser, sandbox);
  const { page } = colleague;
  // Their device is known, for themselves.
  await open(page, scene.links['a task'] ?? '');
  await page.getByLabel('The idea in one line').fill('Mine');
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await page.getByLabel('Code of six digits').fill(codeIn(await sandbox.mail(ADA, 'code')));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await headed(page, 'Recorded');
  const after = await recorded();
  expect(after).not.toEqual(before);

  await open(page, scene.links['an approval'] ?? '');
  await page.getByLabel('Approve', { exact: true }).check();
  await page.getByRole('button', { name: 'Send decision' }).click();
  await headed(page, 'Enter your code');
  expect(await recorded()).toEqual(after);
  expect((await sandbox.mails()).at(-1)).toMatchObject({ to: MAREK, subject: expect.stringContaining('code') });
  await colleague.close();
});
