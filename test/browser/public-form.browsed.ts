/** A form for people without sign-in: on our page, and on a page of somebody else's. */
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHIPPED } from '../../infra/workflow-folder.ts';
import { openChromium } from './support/chromium.ts';
import { inspect } from './support/inspect.ts';
import { publicForm, type Sandbox, startSandbox } from './support/sandbox.ts';
import { openWindow, PHONE } from './support/visitor.ts';

/** A listed page and one that is not: they differ by their ports. */
const page = { text: '' };
const servePages = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(request.url === '/danke' ? '<h1>Danke</h1>' : page.text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let browser: Browser;
let sandbox: Sandbox;
let folder: string;
let servers: readonly Server[];
let listed: string;
let stranger: string;
let form: string;
let hook: string;
beforeAll(async () => {
  servers = await Promise.all([servePages(), servePages()]);
  [listed = '', stranger = ''] = servers.map(originOf);
  folder = mkdtempSync(join(tmpdir(), 'runsheet-forms-'));
  for (const part of ['workflows', 'team.yaml', 'calendars.yaml'])
    cpSync(join(SHIPPED, part), join(folder, part), { recursive: true });
  const hooks = readFileSync(join(SHIPPED, 'hooks.yaml'), 'utf8')
    .replace(/origins: .*/, `origins: [${listed}]\n    thanks: [${listed}/danke]`)
    .replace(/ +secret: ppc-request-secret.*\n/, '');
  writeFileSync(join(folder, 'hooks.yaml'), hooks);
  [browser, sandbox] = await Promise.all([openChromium(), startSandbox('--no-demo', '--workflows', folder)]);
  ({ form, url: hook } = await publicForm(sandbox));
  page.text = `<!doctype html><title>Ads</title><form method="post" action="${hook}">
${['product', 'go_live', 'market', 'monthly_budget', 'max_cost_per_lead', 'website'].map((name) => `<label>${name} <input name="${name}"></label>`).join('\n')}
<button>Go</button></form>`;
}, 120_000);
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close()]);
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const runs = async (): Promise<number> => ((await (await fetch(`${sandbox.url}/api/runs`)).json()) as unknown[]).length;
const FILLED = {
  product: 'Boots',
  go_live: '2027-05-03',
  market: 'Norway',
  monthly_budget: '5000',
  max_cost_per_lead: '40',
};
const fill = async (on: Page, fields: { readonly [name: string]: string }): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) await on.locator(`[name=${name}]`).fill(value);
};

test('our page: on a phone, without a script and by keyboard; what is wrong stands at its input, and nothing is lost', async () => {
  const before = await runs();
  // It goes on to a page of somebody else's, which a window of ours would not let it.
  const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false, locale: 'en-GB' });
  const phone = await context.newPage();
  await phone.goto(form);
  // What is there for robots is in nobody's way.
  await phone.locator('[name=max_cost_per_lead]').focus();
  await phone.keyboard.press('Tab');
  expect(await phone.locator(':focus').textContent()).toBe('Send');
  await fill(phone, { ...FILLED, monthly_budget: 'much' });
  await phone.locator('[name=market]').press('Enter');
  expect(await phone.locator('[role=alert] a').allTextContents()).toEqual([
    'Budget per month must be a number, like 1200 or 99.50.',
  ]);
  expect(await phone.locator('[name=product]').inputValue()).toBe('Boots');
  expect(await phone.locator('[name=monthly_budget]').inputValue()).toBe('much');
  expect(await runs()).toBe(before);
  await phone.locator('[name=monthly_budget]').fill('5000');
  await phone.getByRole('button', { name: 'Send' }).click();
  await phone.waitForURL(`${listed}/danke`);
  await sandbox.mails();
  expect(await runs()).toBe(before + 1);
  await context.close();
});

test('our pages are in order for everybody, light and dark, on every screen', async () => {
  const window = await openWindow(browser, sandbox, { bypassCSP: true, reducedMotion: 'reduce' });
  const found: string[] = [];
  await window.page.goto(form);
  found.push(...(await inspect(window.page)));
  await window.page.getByRole('button', { name: 'Send' }).click();
  await window.page.getByRole('alert').waitFor();
  found.push(...(await inspect(window.page)));
  await window.page.goto('/thanks');
  found.push(...(await inspect(window.page)));
  expect([...found, ...window.trouble()]).toEqual([]);
  await window.close();
});

test('a page of somebody else: taken from where it is listed, by form and by script, and from nowhere else', async () => {
  const before = await runs();
  const context = await browser.newContext({ locale: 'en-GB' });
  const there = await context.newPage();
  await there.goto(listed);
  await fill(there, FILLED);
  await there.getByRole('button', { name: 'Go' }).click();
  await there.waitForURL(`${listed}/danke`);

  await there.goto(listed);
  await fill(there, { ...FILLED, go_live: 'soon' });
  await there.getByRole('button', { name: 'Go' }).click();
  expect(await there.getByRole('listitem').allTextContents()).toEqual([
    'First day of the ads must be a date, like 2027-01-31.',
  ]);
  await there.goBack();
  expect(await there.locator('[name=product]').inputValue()).toBe('Boots');

  const fetched = (credentials: 'omit' | 'include', product: string) =>
    there.evaluate(
      async ({ url, fields, mode }) => {
        try {
          const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), credentials: mode });
          return `${response.status} ${await response.text()}`;
        } catch (problem) {
          return (problem as Error).message;
        }
      },
      { url: hook, fields: { ...FILLED, product }, mode: credentials },
    );
  expect(await fetched('omit', 'By script')).toBe(`202 {"status":"accepted","thanks":"${listed}/danke"}\n`);
  // It may have arrived, as any form may; with credentials no script reads what came back.
  expect(await fetched('include', 'By script')).toBe('Failed to fetch');
  await sandbox.mails();
  expect(await runs()).toBe(before + 2);

  await there.goto(stranger);
  await fill(there, { ...FILLED, product: 'Elsewhere' });
  await there.getByRole('button', { name: 'Go' }).click();
  await there.getByText('This form is not taken from where it stands.').waitFor();
  await there.goto(stranger);
  expect(await fetched('omit', 'Elsewhere')).toBe('Failed to fetch');
  await sandbox.mails();
  expect(await runs()).toBe(before + 2);
  await context.close();
});
