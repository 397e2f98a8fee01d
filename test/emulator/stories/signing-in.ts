/** Signing in by a mailed link (L18), in the browser that asked and in another one; and out. */
import { expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { type Browser, hiddenIn, LATER, until } from '../support/outside.ts';

const LEA = 'lea@example.com';

export const tellOfSigningIn = (stack: () => DeployedStack): void => {
  test('whoever asks for a link is signed in by its button, in another browser by a code besides, until they sign out', async () => {
    const { outside } = stack();
    await outside.begin('chore', 'Seen on the board', LATER);
    const linksTo = async (to: string): Promise<readonly string[]> =>
      (await outside.mails(to)).flatMap(({ text }) => /(\/sign-in\/[\w-]+)/.exec(text)?.[1] ?? []);
    const ask = async (browser: Browser, email: string) => {
      const page = await browser.see('/sign-in?to=%2Fteam');
      return browser.send('/sign-in', { nonce: hiddenIn(page.body, 'nonce'), to: '/team', email });
    };
    const newLink = async (browser: Browser): Promise<string> => {
      const before = (await linksTo(LEA)).length;
      expect((await ask(browser, LEA)).headers.location).toBe('/sign-in?told=sent');
      return until('a link to sign in', async () => (await linksTo(LEA)).slice(before).at(-1));
    };
    /** Whether it is shown the board, with the run on it. */
    const isSignedIn = async (browser: Browser): Promise<boolean> => {
      const { status, headers, body } = await browser.see('/');
      if (status === 303) expect(headers.location).toBe('/sign-in?to=%2F');
      return status === 200 && body.includes('Seen on the board');
    };
    const press = async (browser: Browser, link: string) => {
      const page = await browser.see(link);
      expect(page.body).toContain('You are about to sign in as Lea.');
      return outside.sendBy(browser, LEA, link, { nonce: hiddenIn(page.body, 'nonce') });
    };

    // A stranger is told the same, and is mailed nothing.
    const [mine, theirs] = [outside.browser(), outside.browser()];
    const link = await newLink(mine);
    const told = await ask(theirs, 'eve@example.com');
    expect([told.status, told.headers.location, told.body]).toEqual([303, '/sign-in?told=sent', '']);
    expect(await outside.mails('eve@example.com')).toEqual([]);

    for (const method of ['HEAD', 'GET']) expect((await outside.request(method, link)).status).toBe(200);
    expect(await isSignedIn(mine)).toBe(false);
    const codes = async (): Promise<number> =>
      (await outside.mails(LEA)).filter(({ subject }) => subject === 'Your code to sign in').length;
    const entered = await press(mine, link);
    expect([entered.status, entered.headers.location]).toEqual([303, '/team']);
    expect(await codes()).toBe(0);
    await until('the run on the board', async () => ((await isSignedIn(mine)) ? true : undefined));
    expect((await mine.see(link)).status).toBe(410);

    const forwarded = await newLink(mine);
    const elsewhere = await press(theirs, forwarded);
    expect([elsewhere.status, await codes()]).toEqual([303, 1]);
    expect(await isSignedIn(theirs)).toBe(true);

    // Whoever kept the cookie is out as well.
    const copy = outside.browser(new Map(mine.cookies));
    expect(await isSignedIn(copy)).toBe(true);
    const page = await mine.see('/sign-out');
    expect(await isSignedIn(mine)).toBe(true);
    const left = await mine.send('/sign-out', { nonce: hiddenIn(page.body, 'nonce') });
    expect([left.status, left.headers.location]).toEqual([303, '/sign-in']);
    expect([await isSignedIn(mine), await isSignedIn(copy), await isSignedIn(theirs)]).toEqual([false, false, true]);
  });
};
