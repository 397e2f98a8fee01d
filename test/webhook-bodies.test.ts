import { describe, expect, it } from 'vitest';
import { bodyKindOf } from '../functions/core/webhooks/content-type.ts';
import { parseBody } from '../functions/core/webhooks/parse-body.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import type { Provider } from '../statemachines/language/workflow.ts';

const json = (text: string | Uint8Array) =>
  parseBody(PROVIDERS.tally, { type: 'application/json' }, Buffer.from(text as string));
const urlencoded = (text: string | Uint8Array) =>
  parseBody(PROVIDERS.form, { type: 'application/x-www-form-urlencoded' }, Buffer.from(text as string));
const BOUNDARY = 'x-boundary';
const part = (head: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
const multipart = (text: string | Uint8Array, provider: Provider = 'form') =>
  parseBody(PROVIDERS[provider], { type: 'multipart/form-data', boundary: BOUNDARY }, Buffer.from(text as string));
const codeOf = (read: { readonly problem?: { readonly code: string; readonly at?: string } | undefined }) => [
  read.problem?.code,
  read.problem?.at,
];

describe('JSON', () => {
  it('is read in UTF-8, with a byte order mark or without', () => {
    expect(json('{"topic":"Zürich ✓"}')).toEqual({ payload: { topic: 'Zürich ✓' } });
    expect(json(Buffer.from('efbbbf7b22746f706963223a225ac3bc72696368227d', 'hex'))).toEqual({
      payload: { topic: 'Zürich' },
    });
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from('7b22746f706963223a22ff227d', 'hex'), ['not-utf-8', undefined]],
    ['half a character', '{"a":{"b":"\\ud800"}}', ['not-utf-8', 'a.b']],
    ['nothing', '', ['not-json', undefined]],
    ['half a record', '{"a":1', ['not-json', undefined]],
    ['a single value', '"a"', ['no-payload', undefined]],
    ['null', 'null', ['no-payload', undefined]],
    ['a number beyond all numbers', '{"a":[1,1e999]}', ['not-json', 'a[1]']],
  ])('refuses %s', (_, text, expected) => {
    expect(codeOf(json(text))).toEqual(expected);
  });

  it('refuses names that mean something to JavaScript or JSONata, also escaped and deep inside', () => {
    expect(codeOf(json('{"__proto__":{"admin":true}}'))).toEqual(['forbidden-name', '__proto__']);
    expect(codeOf(json('{"a":[{"\\u005f_proto__":1}]}'))).toEqual(['forbidden-name', 'a[0].__proto__']);
    expect(codeOf(json('{"a":{"constructor":{"prototype":1}}}'))).toEqual(['forbidden-name', 'a.constructor']);
    expect(codeOf(json('{"a":{"prototype":1}}'))).toEqual(['forbidden-name', 'a.prototype']);
    expect(codeOf(json('{"a":{"_jsonata_lambda":true}}'))).toEqual(['forbidden-name', 'a._jsonata_lambda']);
    expect(({} as { readonly admin?: unknown }).admin).toBeUndefined();
  });

  it('has limits, each of which is where it says', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(json(deep(32)).problem).toBeUndefined();
    expect(codeOf(json(deep(33)))).toEqual(['too-deep', undefined]);
    expect(codeOf(json('['.repeat(250_000)))).toEqual(['too-deep', undefined]);
    expect(json(JSON.stringify({ a: '['.repeat(1_000) })).problem).toBeUndefined();

    const record = (names: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: names }, (_, index) => [`n${index}`, 1])));
    expect(json(record(200)).problem).toBeUndefined();
    expect(codeOf(json(record(201)))).toEqual(['too-many', undefined]);
    expect(json(JSON.stringify({ a: Array(1_000).fill(1) })).problem).toBeUndefined();
    expect(codeOf(json(JSON.stringify({ a: Array(1_001).fill(1) })))).toEqual(['too-many', 'a']);
    expect(codeOf(json(JSON.stringify(Array(25).fill(Array(999).fill(1)))))).toEqual(['too-many', undefined]);

    expect(json(JSON.stringify({ a: 'ü'.repeat(32_768) })).problem).toBeUndefined();
    expect(codeOf(json(JSON.stringify({ a: `${'ü'.repeat(32_768)}x` })))).toEqual(['too-long', 'a']);
    expect(codeOf(json(JSON.stringify({ ['n'.repeat(201)]: 1 })))).toEqual(['too-long', 'n'.repeat(60)]);
  });
});

describe('forms', () => {
  it('urlencoded: names once are texts, names several times are lists', () => {
    expect(urlencoded('topic=A+topic&topics=a&topics=b&empty=&bare&z=%C3%BC%26')).toEqual({
      payload: { topic: 'A topic', topics: ['a', 'b'], empty: '', bare: '', z: 'ü&' },
    });
    expect(urlencoded('')).toEqual({ payload: {} });
  });

  it('urlencoded: what is no UTF-8, forbidden, too long or too much is refused', () => {
    expect(codeOf(urlencoded('a=%ff'))).toEqual(['not-utf-8', 'a']);
    expect(codeOf(urlencoded('a=%zz'))).toEqual(['not-utf-8', 'a']);
    expect(codeOf(urlencoded(Buffer.from([0x61, 0x3d, 0xff])))).toEqual(['not-utf-8', undefined]);
    expect(codeOf(urlencoded('__proto__=x'))).toEqual(['forbidden-name', '__proto__']);
    expect(codeOf(urlencoded('%5F_proto__=x'))).toEqual(['forbidden-name', '__proto__']);
    expect(codeOf(urlencoded(`a=${'x'.repeat(65_537)}`))).toEqual(['too-long', 'a']);
    expect(urlencoded(Array.from({ length: 200 }, (_, index) => `n${index}=1`).join('&')).problem).toBeUndefined();
    expect(codeOf(urlencoded(Array.from({ length: 201 }, (_, index) => `n${index}=1`).join('&')))).toEqual([
      'too-many',
      undefined,
    ]);
    expect(urlencoded(`${'&'.repeat(5_000)}a=1`)).toEqual({ payload: { a: '1' } });
  });

  it('multipart: fields are read, files are ignored', () => {
    const body = `${part('name="topic"', 'A topic')}${part('name="topics"', 'a')}${part('name="topics"', 'b')}${part('name="brief"; filename="brief.pdf"', 'secret')}${part('name="empty"; filename=""', '')}--${BOUNDARY}--\r\n`;
    expect(multipart(body)).toEqual({ payload: { topic: 'A topic', topics: ['a', 'b'] } });
  });

  it('multipart: what is cut off, no UTF-8, forbidden or too much is refused', () => {
    expect(codeOf(multipart(part('name="a"', 'x')))).toEqual(['not-a-form', undefined]);
    expect(codeOf(multipart('no form at all'))).toEqual(['not-a-form', undefined]);
    expect(
      codeOf(
        multipart(
          Buffer.concat([
            Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n`),
            Buffer.from([0xff]),
            Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
          ]),
        ),
      ),
    ).toEqual(['not-utf-8', 'a']);
    expect(codeOf(multipart(`${part('name="__proto__"', 'x')}--${BOUNDARY}--\r\n`))).toEqual([
      'forbidden-name',
      '__proto__',
    ]);
    expect(
      codeOf(
        multipart(
          `${Array.from({ length: 201 }, (_, index) => part(`name="n${index}"`, '1')).join('')}--${BOUNDARY}--\r\n`,
        ),
      ),
    ).toEqual(['too-many', undefined]);
    expect(codeOf(multipart(`${part('name="f"; filename="f"', '1').repeat(300)}--${BOUNDARY}--\r\n`))).toEqual([
      'not-a-form',
      undefined,
    ]);
  });

  it("Jotform's answers are read from `rawRequest`, with the place of what is wrong in them", () => {
    const body = (raw: string) =>
      `${part('name="submissionID"', '7')}${part('name="rawRequest"', raw)}--${BOUNDARY}--\r\n`;
    expect(multipart(body('{"q3_topic":"A topic"}'), 'jotform')).toEqual({
      payload: { submissionID: '7', rawRequest: { q3_topic: 'A topic' } },
    });
    expect(codeOf(multipart(body('{"q3":{"__proto__":1}}'), 'jotform'))).toEqual([
      'forbidden-name',
      'rawRequest.q3.__proto__',
    ]);
    expect(codeOf(multipart(body('no JSON'), 'jotform'))).toEqual(['not-json', 'rawRequest']);
    expect(codeOf(multipart(`${part('name="a"', 'x')}--${BOUNDARY}--\r\n`, 'jotform'))).toEqual([
      'not-a-form',
      'rawRequest',
    ]);
  });
});

describe('the content type', () => {
  const kind = (provider: Provider, ...values: string[]) =>
    bodyKindOf(PROVIDERS[provider], {
      method: 'POST',
      publicUrl: '',
      headers: values.map((value) => ['content-type', value] as const),
      body: Buffer.alloc(0),
    });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=UTF-8',
    'application/json ; charset="utf-8"',
  ])('%s is JSON', (value) => {
    expect(kind('stripe', value)).toEqual({ type: 'application/json' });
  });

  it.each([
    '',
    'text/plain',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('"%s" is not', (value) => {
    expect(kind('stripe', value)).toBeUndefined();
  });

  it('is refused twice, missing, or on a compressed body', () => {
    expect(kind('stripe', 'application/json', 'application/json')).toBeUndefined();
    expect(kind('stripe')).toBeUndefined();
    expect(
      bodyKindOf(PROVIDERS.stripe, {
        method: 'POST',
        publicUrl: '',
        headers: [
          ['content-type', 'application/json'],
          ['content-encoding', 'gzip'],
        ],
        body: Buffer.alloc(0),
      }),
    ).toBeUndefined();
  });

  it('multipart needs one boundary of the form that RFC 2046 wants', () => {
    expect(kind('form', 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW')).toEqual({
      type: 'multipart/form-data',
      boundary: '----WebKitFormBoundary7MA4YWxkTrZu0gW',
    });
    expect(kind('form', 'multipart/form-data; boundary="a b"')).toEqual({
      type: 'multipart/form-data',
      boundary: 'a b',
    });
    for (const bad of ['', '; boundary=', `; boundary=${'x'.repeat(71)}`, '; boundary=é', '; boundary=a; boundary=b'])
      expect(kind('form', `multipart/form-data${bad}`)).toBeUndefined();
  });
});
