/**
 * The Apps Script by which a Google Form sends its responses: run here, with Google's classes as their reference
 * describes them (bytes have a sign), and sent through the front door.
 */
import { createHmac } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { operate } from '../functions/core/operating/operations.ts';
import { googleFormsScript } from '../functions/core/webhooks/google-forms-script.ts';
import { portsFor } from '../infra/sandbox/sandbox-functions.ts';
import { beginJourney, type Journey, keepSecret, libraryWithHooks } from './support/sandbox-journey.ts';
import { systemsRefusingAll } from './support/systems.ts';

const WORKFLOW = `workflow: signup
title: A workshop
purpose: Somebody wants one.
lead: marketing-manager
inputs:
  topic: { type: text, label: Topic, required: true }
  day:   { type: date, label: Day, required: true }
  extra: { type: choice, label: Extras, options: [Lunch, Büfett ☕], many: true }
steps:
  - { step: plan, title: Plan it, owner: event-producer, due: 3 workdays after start, effort: 1h, done_when: Planned. }
`;
const HOOKS = `hooks:
  workshop:
    provider: google-forms
    workflow: signup
    secret: workshop-secret
    map: { topic: answers.Topic, day: answers.\`First day\`, extra: answers.Extras }
  bare: { provider: google-forms, workflow: signup, map: { topic: answers.Topic, day: answers.Day } }
  brief: { provider: typeform, workflow: signup, secret: x, map: { topic: form_response.a, day: form_response.b } }
`;

const begin = async () => {
  const library = libraryWithHooks(HOOKS, WORKFLOW);
  const journey = await beginJourney({ library });
  const ask = operate(portsFor(journey.sandbox.ports, library, systemsRefusingAll), journey.sandbox.backstage);
  const script = async (source: string, show: boolean) => {
    const reply = await ask('script-hook', { source, show }, 'ops');
    return 'refused' in reply ? reply.refused : (reply.answer as { readonly script: string });
  };
  return { journey, script };
};

/** Byte[] of Apps Script: -128 to 127. */
type Bytes = readonly number[];
const signed = (bytes: Uint8Array): Bytes => [...new Int8Array(bytes)];
const plain = (bytes: Bytes): Buffer => {
  if (!Array.isArray(bytes) || bytes.some((byte) => !Number.isInteger(byte) || byte < -128 || byte > 127))
    throw new TypeError('The parameters do not match the method signature.');
  return Buffer.from(Int8Array.from(bytes).buffer);
};
const Utilities = {
  base64Decode: (text: string): Bytes => signed(Buffer.from(text, 'base64')),
  base64Encode: (bytes: Bytes): string => plain(bytes).toString('base64'),
  newBlob: (text: string) => ({ getBytes: (): Bytes => signed(Buffer.from(text, 'utf8')) }),
  computeHmacSha256Signature: (value: Bytes, key: Bytes): Bytes =>
    signed(createHmac('sha256', plain(key)).update(plain(value)).digest()),
};

type Fetched = {
  readonly method: string;
  readonly contentType: string;
  readonly payload: string;
  readonly headers: { readonly [name: string]: string };
};
type Script = {
  readonly install: () => void;
  readonly sendResponse: (event: object) => void;
  readonly triggers: readonly string[];
  readonly sent: readonly (Fetched & { readonly url: string })[];
  readonly slept: readonly number[];
};

/** @param statuses what is answered, one after the other. */
const run = (text: string, now: number, ...statuses: readonly number[]): Script => {
  const sent: (Fetched & { url: string })[] = [];
  const slept: number[] = [];
  const triggers: string[] = [];
  const context = createContext({
    Date: Object.assign(() => undefined, { now: () => now }),
    Utilities: { ...Utilities, sleep: (ms: number) => void slept.push(ms) },
    UrlFetchApp: {
      fetch: (url: string, options: Fetched) => {
        sent.push({ url, ...options });
        return { getResponseCode: () => statuses[sent.length - 1] ?? 202 };
      },
    },
    FormApp: { getActiveForm: () => 'this form' },
    ScriptApp: {
      getProjectTriggers: () => triggers.map((name) => ({ getHandlerFunction: () => name })),
      newTrigger: (name: string) => ({
        forForm: (form: string) => ({
          onFormSubmit: () => ({ create: () => void triggers.push(`${name}`, ...(form === 'this form' ? [] : ['?'])) }),
        }),
      }),
    },
  });
  runInContext(text, context);
  const { install, sendResponse } = runInContext('({ install, sendResponse })', context) as Script;
  return { install, sendResponse, triggers, sent, slept };
};

const RESPONSE = (answers: { readonly [title: string]: unknown }, id = '2_ABaOnud-9_x') => ({
  source: { getId: () => '1FAIpQL', getTitle: () => 'Workshops' },
  response: {
    getId: () => id,
    getTimestamp: () => new Date('2027-01-04T07:59:58Z'),
    getRespondentEmail: () => 'guest@example.org',
    getItemResponses: () =>
      Object.entries(answers).map(([title, answer]) => ({
        getItem: () => ({ getTitle: () => title }),
        getResponse: () => answer,
      })),
  },
});
const ANSWERS = { Topic: 'Žlutý kůň – “Pricing” 🐎', 'First day': '2027-03-01', Extras: ['Büfett ☕', 'Lunch'] };

const deliver = async (journey: Journey, { url, method, contentType, payload, headers }: Script['sent'][number]) => {
  const response = await journey.sandbox.hosted.http({
    method: method.toUpperCase(),
    path: new URL(url).pathname,
    query: '',
    headers: [['content-type', contentType], ...Object.entries(headers)],
    body: Buffer.from(payload, 'utf8'),
    from: '203.0.113.9',
  });
  await journey.sandbox.time.rest();
  return response.status;
};

describe('the script for a Google Form', () => {
  it('sends a response that is taken as signed and becomes a run; the same again is the same run', async () => {
    const { journey, script } = await begin();
    const shown = await script('workshop', true);
    const text = 'script' in shown ? shown.script : expect.unreachable(shown.why);
    for (const name of ['hook-path-workshop', 'workshop-secret']) {
      const [secret = ''] = await journey.sandbox.ports.secrets.live(name);
      keepSecret(journey, secret);
      expect(text).toContain(secret);
    }
    const google = run(text, Date.parse(journey.now()));
    google.sendResponse(RESPONSE(ANSWERS));
    const [sent = expect.unreachable('nothing was sent')] = google.sent;
    expect(await deliver(journey, sent)).toBe(202);
    const [started] = await journey.board();
    expect((await journey.history(started?.run ?? ''))[0]).toMatchObject({
      inputs: { topic: ANSWERS.Topic, day: '2027-03-01', extra: ['Lunch', 'Büfett ☕'] },
      started: { how: 'hook', source: 'workshop', signed: true },
    });
    expect(await deliver(journey, sent)).toBe(200);
    expect((await journey.board()).length).toBe(1);
    expect(JSON.parse(sent.payload)).toMatchObject({ formId: '1FAIpQL', respondentEmail: 'guest@example.org' });
    // One byte of it changed, or five minutes later, it is nobody's.
    expect(await deliver(journey, { ...sent, payload: sent.payload.replace('Workshops', 'Workshopz') })).toBe(401);
    await journey.advance(0.1);
    expect(await deliver(journey, sent)).toBe(401);
  });

  it('tries again where it was busy, and says so where it is refused', async () => {
    const { journey, script } = await begin();
    const shown = await script('workshop', true);
    const text = 'script' in shown ? shown.script : expect.unreachable(shown.why);
    const now = Date.parse(journey.now());
    const busy = run(text, now, 503, 429, 202);
    busy.sendResponse(RESPONSE(ANSWERS));
    expect(busy.slept).toEqual([2_000, 10_000]);
    expect(busy.sent.length).toBe(3);
    expect(new Set(busy.sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const refused = run(text, now, 401);
    expect(() => refused.sendResponse(RESPONSE(ANSWERS))).toThrow('runsheet did not take the response (401).');
    const down = run(text, now, 500, 500, 500, 500);
    expect(() => down.sendResponse(RESPONSE(ANSWERS))).toThrow('(500)');
    expect(down.sent.length).toBe(4);
  });

  it('is installed once, however often it is run', async () => {
    const google = run(googleFormsScript({ address: 'https://a.example', secret: 'whsec_AAAA' }), 0);
    google.install();
    google.install();
    expect(google.triggers).toEqual(['sendResponse']);
  });

  it('has neither address nor secret in it unless they are asked for', async () => {
    const { journey, script } = await begin();
    const [path = ''] = await journey.sandbox.ports.secrets.live('hook-path-workshop');
    const [secret = ''] = await journey.sandbox.ports.secrets.live('workshop-secret');
    const hidden = JSON.stringify(await script('workshop', false));
    expect(hidden).toContain("const SECRET = '…';");
    expect(hidden).not.toContain(path);
    expect(hidden).not.toContain(secret);
  });

  it('is refused, in words, where it would be of no use', async () => {
    const { script } = await begin();
    expect(await script('brief', false)).toMatchObject({ why: 'brief needs no script: typeform is not google-forms.' });
    expect(await script('bare', true)).toMatchObject({
      kind: 'wrong',
      why: expect.stringContaining('“secret: bare-secret”'),
    });
    expect(await script('workshp', true)).toMatchObject({ why: expect.stringContaining('Did you mean workshop?') });
  });

  it('holds whatever is in a secret as a text', () => {
    const hostile = `whsec_'"\\ \n\u2028</script>\${1}*/`;
    const text = googleFormsScript({ address: hostile, secret: hostile });
    expect(runInContext(`${text}; [ADDRESS, SECRET]`, createContext({}))).toEqual([hostile, hostile]);
  });
});
