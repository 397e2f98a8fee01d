/**
 * Every page that links lead to, and every page that an answer of somebody leads to: in order for everybody, on every
 * screen, with nothing from elsewhere.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_WORDS } from '../../functions/words/page-words.ts';
import { openChromium } from './support/chromium.ts';
import { inspect } from './support/inspect.ts';
import { beSomebody, headed, MIA, reads } from './support/person.ts';
import { linkIn, type Sandbox, startSandbox } from './support/sandbox.ts';
import { ADA, type Scene, setScene } from './support/scene.ts';
import { openWindow, PHONE, type Window } from './support/visitor.ts';

let browser: Browser;
let sandbox: Sandbox;
let scene: Scene;
/** Where the policy of the pages is out of force, so that they can be looked into. */
let glass: Window;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([openChromium(), startSandbox('--no-demo')]);
  scene = await setScene(sandbox);
  glass = await openWindow(browser, sandbox, {
    bypassCSP: true,
    reducedMotion: 'reduce',
    viewport: { width: 1_280, height: 900 },
  });
  await beSomebody(glass.page, MIA);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close()]);
});

/** Pages of one kind have one pattern: of each the first few are enough. */
const MOST_OF_A_KIND = 3;
const kindOf = ({ pathname, searchParams }: URL): string =>
  `${pathname.replace(/(?<=^\/(runs|inbox|workflows|start|a|people|team)\/)[^/.]+/, '*')}?${[...searchParams.keys()].join('&')}`;

type Found = { readonly pages: readonly string[]; readonly broken: readonly string[] };

/** Everything that links lead to, from the first page on. */
const crawl = async (page: Page): Promise<Found> => {
  const [pages, broken]: [string[], string[]] = [[], []];
  const kinds = new Map<string, number>();
  const seen = new Set<string>();
  const queue = ['/'];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const url = new URL(path, sandbox.url);
    const kind = kindOf(url);
    const known = kinds.get(kind) ?? 0;
    if (seen.has(path) || known >= MOST_OF_A_KIND) continue;
    seen.add(path);
    kinds.set(kind, known + 1);
    const response = await page.request.get(url.href);
    if (!response.ok()) broken.push(`${path} answers ${response.status()}`);
    if (response.headers()['content-type']?.startsWith('text/html') !== true) continue;
    await page.goto(url.href);
    pages.push(path);
    for (const link of await page.locator('a[href]').all()) {
      const there = new URL((await link.getAttribute('href')) ?? '', page.url());
      if (there.origin === sandbox.url && !there.pathname.startsWith('/a/')) queue.push(there.pathname + there.search);
    }
  }
  return { pages, broken };
};

describe('every page that links lead to', () => {
  let found: Found;
  let trouble: readonly string[];
  beforeAll(async () => {
    const window = await openWindow(browser, sandbox);
    await beSomebody(window.page, MIA);
    found = await crawl(window.page);
    trouble = window.trouble();
    await window.close();
  }, 240_000);

  test('is there, with the rest of them', () => {
    expect(found.broken).toEqual([]);
    const patterns = new Set(found.pages.map((path) => kindOf(new URL(path, sandbox.url)).split('?')[0]));
    for (const pattern of [
      '/',
      '/me',
      '/team',
      '/inbox',
      '/inbox/*',
      '/runs/*',
      '/workflows',
      '/workflows/*',
      '/start/*',
      '/clock',
    ])
      expect(patterns).toContain(pattern);
  });

  test('asks nothing of others, and has no error in the console', () => {
    expect(trouble).toEqual([]);
  });

  test('is fit for everybody, light and dark, on a phone and at 200 %', { timeout: 300_000 }, async () => {
    const wrong: string[] = [];
    for (const path of found.pages) {
      await glass.page.goto(path);
      for (const problem of await inspect(glass.page)) wrong.push(`${path}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** The newest of each kind, by how its subject begins. */
const MAILS = [
  'Generate the idea',
  'Approve the',
  'Round 2:',
  'Reminder',
  'Due now',
  'Overdue',
  'Your code',
  'Rejected',
];

test.each(MAILS)('a mail is fit for everybody, light and dark, on a phone and at 200 %: %s', async (begins) => {
  const mail = (await sandbox.mails()).findLast(({ subject }) => subject.startsWith(begins));
  await glass.page.goto(`/inbox/${encodeURIComponent(mail?.id ?? begins)}`);
  await headed(glass.page, mail?.subject ?? '');
  expect(await inspect(glass.page)).toEqual([]);
});

test('on the screen of a small phone the first run stands at a glance, whatever is chosen, below one line of ways', async () => {
  const phone = { ...PHONE, viewport: { width: 360, height: 740 } };
  const { page, close } = await openWindow(browser, sandbox, phone);
  await beSomebody(page, MIA);
  const several = '/?workflow=blog-post&person=ada-berg&q=a';
  for (const path of ['/', '/?state=late', '/?workflow=blog-post', '/?q=Pricing', several, '/?month=now']) {
    await page.goto(path);
    const [row, ways, link] = await Promise.all(
      [page.locator('tbody tr'), page.locator('nav'), page.locator('nav a')].map((one) => one.first().boundingBox()),
    );
    expect(row?.y, path).toBeLessThan(560);
    expect(ways?.height, path).toBeLessThan(1.5 * (link?.height ?? 0));
  }
  await page.goto('/?workflow=blog-post&q=Pricing');
  await page.getByRole('link', { name: 'Take away Workflow' }).click();
  expect(new URL(page.url()).search).toBe('?q=Pricing');
  await close();
});

test('what is typed is text wherever it stands', async () => {
  const { page, trouble, close } = await openWindow(browser, sandbox);
  await beSomebody(page, MIA);
  const { id } = (await sandbox.mails()).find(({ text }) => text.includes('document.title')) ?? { id: '' };
  const link = linkIn(await sandbox.mail(ADA, 'document.title'));
  for (const path of [
    '/',
    '/?view=columns',
    `/runs/${scene.runs.hostile}`,
    '/inbox',
    `/inbox/${encodeURIComponent(id)}`,
    link,
  ]) {
    await page.goto(path);
    // Subjects are cut.
    await reads(page, '<script>document.title = ');
    expect(await page.title()).not.toBe('x');
    expect(await page.locator('script').count()).toBe(0);
  }
  expect(trouble()).toEqual([]);
  await close();
});

/** By what there is on it; each begins where nothing is open. */
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const at = (state: string) => (page: Page) => page.goto(scene.links[state] ?? '/nowhere');
const STATES: { readonly [state: string]: (page: Page) => Promise<unknown> } = {
  'a task': at('a task'),
  'an approval': at('an approval'),
  'a task of the second round': at('a task of the second round'),
  'a task that was done': at('a task that was done'),
  'an approval that somebody else decided': at('an approval that somebody else decided'),
  'a step of a run that has ended': at('a step of a run that has ended'),
  'a link that opens nothing': at('no link that there ever was'),
  'a run, for its lead': at('a run, for its lead'),
  'an address that there is not': (page) => page.goto('/nowhere'),
  'a new link that is on its way': async (page) => {
    await at('no link that there ever was')(page);
    await press(page, 'Mail me a new link');
    await headed(page, 'Look into your mail');
  },
  'a task with something missing': async (page) => {
    await at('a task')(page);
    await press(page, 'Done');
    await headed(page, 'Generate the idea');
    await page.getByText('One thing is missing or wrong').waitFor();
  },
  'a step to be given to nobody': async (page) => {
    await at('a task')(page);
    await page.getByText('Give this to somebody else').click();
    await press(page, 'Give it away');
    await page.getByText('2 things are missing or wrong').waitFor();
  },
  'a code that is asked for': async (page) => {
    await at('an approval')(page);
    await page.getByLabel('Approve', { exact: true }).check();
    await press(page, 'Send decision');
    await headed(page, 'Enter your code');
  },
  'a code that is wrong': async (page) => {
    await STATES['a code that is asked for']?.(page);
    await page.getByLabel('Code of six digits').fill('12');
    await press(page, 'Confirm');
    await page.getByText('That is not the code in your newest mail').first().waitFor();
  },
  'a start with something missing': async (page) => {
    await page.goto('/start/blog-post');
    await press(page, 'Show the plan');
    await page.getByText('2 things are missing or wrong').waitFor();
  },
  'a change of a run without a reason': async (page) => {
    await page.goto(`/runs/${scene.runs.fresh}`);
    await page.getByText(PAGE_WORDS.run.steeringOpen).click();
    const cancel = page.locator('.steered details').last();
    await cancel.locator('summary').click();
    await cancel.getByRole('button').click();
    await page.getByText('One thing is missing or wrong').waitFor();
    // The way to it leads there.
    await page.locator('.problems a').click();
    expect(await page.locator(':target').getAttribute('name')).toBe('reason');
    await page.goto(`/runs/${scene.runs.fresh}`);
    await page.getByText(PAGE_WORDS.run.steeringOpen).click();
    await cancel.locator('summary').click();
    await cancel.getByRole('button').click();
    await page.getByText('One thing is missing or wrong').waitFor();
  },
  'a run that was steered': (page) => page.goto(`/runs/${scene.runs.fresh}?told=steered`),
  'the address of a calendar': async (page) => {
    await page.goto('/me/calendar');
    await page.getByRole('button').first().click();
    await page.getByRole('textbox').waitFor();
  },
  'a plan that works out': async (page) => {
    await page.goto('/start/blog-post');
    await page.getByLabel('Working title').fill('Pricing pages');
    await page.getByLabel('Publish date').fill('2027-04-30');
    await press(page, 'Show the plan');
    await page.getByText('This works out.').waitFor();
  },
  'a plan that does not': async (page) => {
    await page.goto('/start/blog-post');
    await page.getByLabel('Working title').fill('Pricing pages '.repeat(8));
    await page.getByLabel('Publish date').fill('2027-01-15');
    await press(page, 'Show the plan');
    await page.getByText('This does not work out as it is.').waitFor();
  },
};

describe.each(Object.entries(STATES))('%s', (_state, reach) => {
  test('is fit for everybody, light and dark, on a phone and at 200 %', async () => {
    await reach(glass.page);
    expect(await inspect(glass.page)).toEqual([]);
  });
});
