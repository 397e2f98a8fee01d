/**
 * Answers for somebody without a browser: what a test needs to have happened before it begins to look.
 *
 * Promises: sends the form that the page of the link shows, and the code where one is asked for; a device of each
 * person's own, so that their code is asked for once.
 */
import type { Received } from '../../../infra/sandbox/inbox.ts';
import { byName, elements, readHtml, sentAs } from '../../pages-elements.ts';
import { codeIn, linkIn, type Sandbox } from './sandbox.ts';

export type Said = { readonly [input: string]: string };
export type Hand = {
  /** @param to and subject: of the mail whose link is answered. Gives the path of that link. */
  readonly answer: (to: string, subject: string, said: Said) => Promise<string>;
  /** The same for another form of that page: `/give`. */
  readonly send: (mail: Received, said: Said, below?: string) => Promise<string>;
};

const TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

export const handFor = (sandbox: Sandbox): Hand => {
  const devices = new Map<string, string>();
  const asked = async (path: string, to: string, said?: Said): Promise<string> => {
    const cookie = devices.get(to);
    const response = await fetch(`${sandbox.url}${path}`, {
      headers: { ...TYPE, ...(cookie === undefined ? {} : { cookie }) },
      ...(said === undefined ? {} : { method: 'POST', body: new URLSearchParams(said) }),
    });
    const [device] = response.headers.getSetCookie();
    if (device !== undefined) devices.set(to, device.split(';')[0] ?? '');
    const body = await response.text();
    if (!response.ok) throw new Error(`${to} was answered ${response.status}: ${titleOf(body)}`);
    return body;
  };
  const send: Hand['send'] = async (mail, said, below = '') => {
    const path = linkIn(mail);
    const page = await asked(path, mail.to);
    const sent = { ...hiddenIn(page), ...said };
    const told = await asked(`${path}${below}`, mail.to, sent);
    if (byName(readHtml(told), 'code').length > 0) {
      const code = codeIn(await sandbox.mail(mail.to, 'code'));
      await asked(`${path}${below}`, mail.to, { ...sent, ...hiddenIn(told), code });
    }
    // Answers when what was begun by this has been done.
    await sandbox.mails();
    return path;
  };
  return { send, answer: async (to, subject, said) => send(await sandbox.mail(to, subject), said) };
};

const titleOf = (html: string): string => /<title>([^<]*)/.exec(html)?.[1] ?? '';
const hiddenIn = (html: string): Said => {
  const root = readHtml(html);
  const names = elements(root, 'input').flatMap(({ attributes: { type, name } }) =>
    type === 'hidden' && name !== undefined ? [name] : [],
  );
  return Object.fromEntries([...new Set(names)].map((name) => [name, sentAs(root, name)[0] ?? '']));
};
