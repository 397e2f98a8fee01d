/** Signing in as on AWS, by a mailed link: in the browser that asked, in another one, and too late. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { functionsOf } from '../../infra/sandbox/sandbox-functions.ts';
import { type Started, startSandbox } from '../../infra/sandbox/start-sandbox.ts';
import { readFolder, SHIPPED } from '../../infra/workflow-folder.ts';
import { readLibrary } from '../../statemachines/library.ts';
import { openChromium } from './support/chromium.ts';
import { inspect } from './support/inspect.ts';
import { headed } from './support/person.ts';
import { MONDAY } from './support/sandbox.ts';
import { DESK, openWindow, PHONE, type Window } from './support/visitor.ts';

const ADA = 'ada.berg@example.com';

let browser: Browser;
let folder: string;
let started: Started;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runsheet-sign-in-'));
  const library = readLibrary(readFolder(SHIPPED));
  [browser, started] = await Promise.all([
    openChromium(),
    startSandbox({
      data: folder,
      library,
      clock: { kind: 'virtual', start: new Date(MONDAY).toISOString() },
      makeHosted: functionsOf(library),
      settings: { sign_in: 'mail' },
    }),
  ]);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser.close(), started.close()]);
  rmSync(folder, { recursive: true });
});

const windows: Window[] = [];
afterEach(async () => {
  for (const { trouble, close } of windows.splice(0)) {
    expect(trouble()).toEqual([]);
    await close();
  }
});
const open = async (size = DESK): Promise<Window['page']> => {
  // `inspect` brings a script of its own along.
  const window = await openWindow(
    browser,
    { url: new URL(started.url).origin },
    { ...size, bypassCSP: true, reducedMotion: 'reduce' },
  );
  windows.push(window);
  return window.page;
};
const newest = async (): Promise<string> => (await started.sandbox.inbox.list(ADA)).at(-1)?.text ?? '';
const ask = async (page: Window['page']): Promise<string> => {
  await page.getByLabel('Your address at work').fill(ADA);
  await page.getByRole('button', { name: 'Mail me a link' }).click();
  await headed(page, 'Look into your mail');
  const path = /https?:\/\/[^/\s]+(\/sign-in\/\S+)/.exec(await newest())?.[1];
  if (path === undefined) throw new Error('no link to sign in was mailed');
  return path;
};

test('on a phone: whoever opens a page is brought there after the mail and one click, and signs out again', async () => {
  const page = await open(PHONE);
  await page.goto('/workflows');
  await headed(page, 'Sign in');
  expect(await inspect(page)).toEqual([]);
  const link = await ask(page);
  expect(await inspect(page)).toEqual([]);
  await page.goto(link);
  await page.getByText('You are about to sign in as Ada Berg.').waitFor();
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await headed(page, 'Workflows');
  expect(new URL(page.url()).pathname).toBe('/workflows');

  await page.getByRole('link', { name: 'Sign out' }).click();
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/me');
  await headed(page, 'Sign in');
});

test('in another browser the link asks for a code, and the right one signs in', async () => {
  const desk = await open();
  await desk.goto('/me');
  const link = await ask(desk);
  const phone = await open(PHONE);
  await phone.goto(link);
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await phone.getByLabel('Code of six digits').fill('12');
  await phone.getByRole('button', { name: 'Confirm' }).click();
  await phone.getByText('That is not the code in your newest mail').first().waitFor();
  expect(await inspect(phone)).toEqual([]);
  const code = /\b\d{6}\b/.exec(await newest())?.[0] ?? '';
  await phone.getByLabel('Code of six digits').fill(code);
  await phone.getByRole('button', { name: 'Confirm' }).click();
  await headed(phone, 'My work');
});

test('after a quarter of an hour the link says so, and signs nobody in', async () => {
  const page = await open();
  await page.goto('/me');
  const link = await ask(page);
  await started.sandbox.time.to(new Date(Date.parse(started.sandbox.time.now()) + 16 * 60_000).toISOString());
  await page.goto(link);
  await page.getByText('This link does not sign you in. Links work for 15 minutes, and once.').waitFor();
  expect(await inspect(page)).toEqual([]);
  await page.goto('/me');
  await headed(page, 'Sign in');
});
