/**
 * A hand that opens what was mailed and answers it, as people do in a browser: for rehearsals and tests.
 *
 * Promises: takes the same way as everybody else, page, nonce and code included; a device that proved itself is known
 * again. Hides: pages, forms, cookies.
 */
import type { HttpRequest, HttpResponse } from '../../functions/lambda/hosted.ts';

/** A field of a form; several values where several may be chosen. */
export type FormValues = { readonly [name: string]: string | readonly string[] };

/** The path of the one link to us in a mail, undefined where there is none. */
export const linkIn = (text: string): string | undefined => /https?:\/\/[^\s/]+(\/a\/[\w-]+)/.exec(text)?.[1];
/** The six digits of a mail that holds nothing else to act on. */
export const codeIn = (text: string): string | undefined => /^\s*(\d{6})\s*$/m.exec(text)?.[1];
/** What a page sends along unseen. */
export const hiddenIn = (html: string, name: string): string | undefined => {
  const [, after] = html.split(`name="${name}" value="`, 2);
  if (after !== undefined) return after.slice(0, after.indexOf('"'));
  const [before, more] = html.split(`" name="${name}"`, 2);
  return more === undefined ? undefined : before?.slice(before.lastIndexOf('"') + 1);
};

export type Hand = {
  /** Opens the page behind a link as somebody's device, and sends its form; with the newest code if one is asked for. */
  readonly answer: (person: string, path: string, form: FormValues) => Promise<HttpResponse>;
};

export const handOn = ({
  http,
  codeFor,
}: {
  readonly http: (request: HttpRequest) => Promise<HttpResponse>;
  /** The newest code that was mailed to somebody. */
  readonly codeFor: (person: string) => Promise<string | undefined>;
}): Hand => {
  const cookies = new Map<string, string>();
  const ask = async (person: string, path: string, form?: FormValues): Promise<HttpResponse> => {
    const cookie = cookies.get(person);
    const response = await http({
      method: form === undefined ? 'GET' : 'POST',
      path,
      query: '',
      headers: [
        ...(form === undefined ? [] : [['content-type', 'application/x-www-form-urlencoded'] as const]),
        ...(cookie === undefined ? [] : [['cookie', cookie] as const]),
      ],
      body: Buffer.from(form === undefined ? '' : encoded(form)),
      from: '127.0.0.1',
    });
    for (const [name, value] of response.headers)
      if (name === 'set-cookie') cookies.set(person, value.split(';')[0] ?? '');
    return response;
  };
  return {
    answer: async (person, path, form) => {
      const page = await ask(person, path);
      const nonce = hiddenIn(page.body, 'nonce');
      // A page without a form says what happened, and there is nothing to send.
      if (nonce === undefined) return page;
      const content = hiddenIn(page.body, 'content');
      const sent = { nonce, ...(content === undefined ? {} : { content }), ...form };
      const response = await ask(person, path, sent);
      if (!response.body.includes('name="code"')) return response;
      const code = (await codeFor(person)) ?? '';
      return ask(person, path, { ...sent, nonce: hiddenIn(response.body, 'nonce') ?? '', code });
    },
  };
};

const encoded = (form: FormValues): string =>
  new URLSearchParams(
    Object.entries(form).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : value.map((one): [string, string] => [name, one]),
    ),
  ).toString();
