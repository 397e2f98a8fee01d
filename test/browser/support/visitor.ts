/**
 * A browser window of somebody, and everything that went wrong in it.
 *
 * Promises: nothing leaves this machine: a request to elsewhere is not made and is told; so is every error and warning
 * of the console. The pages' own content security policy is in force unless `reading` says otherwise.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Sandbox } from './sandbox.ts';

export type Window = {
  readonly page: Page;
  /** Sentences; empty where all is well. */
  readonly trouble: () => readonly string[];
  readonly close: () => Promise<void>;
};

export const DESK: BrowserContextOptions = { viewport: { width: 1_200, height: 900 } };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export const openWindow = async (
  browser: Browser,
  sandbox: Pick<Sandbox, 'url'>,
  options: BrowserContextOptions = DESK,
): Promise<Window> => {
  const context = await browser.newContext({ baseURL: sandbox.url, locale: 'en-GB', ...options });
  context.setDefaultTimeout(20_000);
  const trouble: string[] = [];
  const documents = new Set<string>();
  await context.route('**/*', async (route) => {
    const request = route.request();
    if (new URL(request.url()).origin === sandbox.url) return route.continue();
    trouble.push(`asked elsewhere: ${request.url()}`);
    return route.abort();
  });
  context.on('request', (request) => {
    if (request.isNavigationRequest()) documents.add(request.url());
  });
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // Chromium says so of every page that is sent with a status above 399, which ours are where a form is wrong.
    if (message.text().startsWith('Failed to load resource') && documents.has(message.location().url)) return;
    trouble.push(`console: ${message.text()}`);
  });
  context.on('weberror', (problem) => trouble.push(`script: ${problem.error().message}`));
  const page = await context.newPage();
  return { page, trouble: () => trouble, close: () => context.close() };
};
