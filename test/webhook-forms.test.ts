import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { admit, type Source } from '../functions/core/webhooks/admit.ts';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { readStamp, stampForm } from '../functions/core/webhooks/form-stamp.ts';
import { corsHeaders } from '../functions/core/webhooks/html-form.ts';
import { settle } from '../functions/core/webhooks/settle.ts';
import { field, NOW, PATH_SECRET, sampleOf, sourceOf, withHeader } from './support/webhook-sources.ts';

const INPUTS = { product: field('text', { label: 'Product', required: true }), go_live: field('date') };
const MAP = { product: 'product', go_live: 'go_live' };
const THANKS = 'https://www.example.com/thanks';
const KEYS = ['a key of ours'];
const source = sourceOf('form', MAP, INPUTS);
const rules = source.form as NonNullable<Source['form']>;
const stamped: Source = { ...source, form: { ...rules, stamp: { keys: KEYS, least: 3_000, longest: 86_400_000 } } };

const filled = (fields: { readonly [name: string]: string } = {}): Delivery => sampleOf('form', { fields });
const send = (delivery: Delivery, of: Source = source, now = NOW) => admit(of, PATH_SECRET, delivery, now);
const seen = async (delivery: Delivery, of: Source = source, now = NOW) =>
  settle(await send(delivery, of, now), undefined);

describe('a form that a person sends', () => {
  it('is admitted unsigned, without what belongs to the form, and leads to the page that follows', async () => {
    const admission = await send(filled({ website: '', _next: 'https://www.example.com/danke' }));
    expect(admission).toMatchObject({ outcome: 'admitted', status: 303, location: 'https://www.example.com/danke' });
    expect(admission.outcome === 'admitted' && admission.intake).toMatchObject({
      signed: false,
      payload: { product: 'Sample product', go_live: '2027-03-01' },
      inputs: { product: 'Sample product', go_live: '2027-03-01' },
    });
  });

  it('is read as multipart as well', async () => {
    const body = ['_key', 'form-key-1', 'product', 'Shoes']
      .flatMap((text, index, all) =>
        index % 2 === 0 ? [`--b\r\nContent-Disposition: form-data; name="${text}"\r\n\r\n${all[index + 1]}\r\n`] : [],
      )
      .join('');
    const admission = await send(
      sampleOf('form', { body: `${body}--b--\r\n`, contentType: 'multipart/form-data; boundary=b' }),
    );
    expect(admission).toMatchObject({ outcome: 'admitted', intake: { inputs: { product: 'Shoes' } } });
  });

  it('leads to no address that is not listed', async () => {
    for (const _next of [
      'https://evil.example',
      '//evil.example',
      `${THANKS}?x`,
      `${THANKS}/`,
      'javascript:alert(1)',
      '',
    ]) {
      expect(await seen(filled({ _next }))).toMatchObject({
        status: 303,
        headers: [
          ['cache-control', 'no-store'],
          ['location', THANKS],
        ],
      });
    }
  });

  it('that is sent twice shows the same page twice, and starts one run', async () => {
    const first = await send(filled({ _id: 'b2a7' }));
    const again = await send(filled({ _id: 'b2a7' }));
    if (first.outcome !== 'admitted' || again.outcome !== 'admitted') expect.unreachable();
    expect(again.intake.run).toBe(first.intake.run);
    expect(settle(again, first.intake)).toEqual(settle(first, undefined));
  });

  it('that did not fit may be mended and sent again with the same id', async () => {
    const wrong = await send(filled({ _id: 'b2a7', go_live: 'soon' }));
    expect(wrong).toMatchObject({ outcome: 'misfit', status: 422 });
    const body = 'product=Shoes&go_live=2027-03-02&_id=b2a7&_key=form-key-1';
    const mended = await send(sampleOf('form', { body }));
    if (wrong.outcome !== 'misfit' || mended.outcome !== 'admitted') expect.unreachable();
    expect(mended.intake.id).toBe('b2a7');
    expect(wrong.intake.id).not.toBe('b2a7');
  });

  it('is told what does not fit', async () => {
    expect(await seen(sampleOf('form', { body: '_key=form-key-1' }))).toMatchObject({
      status: 422,
      body: { problems: [{ code: 'misfit', message: 'Product is needed.', at: 'product' }] },
    });
  });
});

describe('a form that does not come from its page', () => {
  it.each([
    undefined,
    'null',
    'https://evil.example',
    'http://www.example.com',
    'https://www.example.com.evil.example',
    'https://www.example.com/',
    'HTTPS://WWW.EXAMPLE.COM',
    '*',
  ])('is refused with the origin %s', async (origin) => {
    expect(await send(withHeader(filled(), 'origin', origin))).toEqual({
      outcome: 'refused',
      status: 401,
      reason: 'wrong-origin',
    });
  });

  it('is refused with two origins', async () => {
    const delivery = filled();
    expect(
      await send({ ...delivery, headers: [...delivery.headers, ['origin', 'https://www.example.com']] }),
    ).toMatchObject({ status: 401, reason: 'wrong-origin' });
  });

  it('is refused without its key, with another, or with two', async () => {
    for (const body of [
      'product=Shoes',
      'product=Shoes&_key=',
      'product=Shoes&_key=form-key-2',
      'product=Shoes&_key=form-key-1&_key=form-key-1',
    ]) {
      expect(await send(sampleOf('form', { body }))).toEqual({
        outcome: 'refused',
        status: 401,
        reason: 'wrong-form-key',
      });
    }
    expect(await send(sampleOf('form', { body: 'a=%ff&_key=form-key-1' }))).toMatchObject({
      status: 401,
      reason: 'wrong-form-key',
    });
  });

  it('is refused when the key is not there on our side, and taken with either of two live ones', async () => {
    expect(await send(filled(), { ...source, secrets: [] })).toMatchObject({ status: 401 });
    expect(await send(filled(), { ...source, secrets: [''] })).toMatchObject({ status: 401 });
    expect(await send(sampleOf('form', { body: 'product=Shoes&_key=' }), { ...source, secrets: [''] })).toMatchObject({
      status: 401,
    });
    expect(await send(filled(), { ...source, secrets: ['form-key-2', 'form-key-1'] })).toMatchObject({ status: 303 });
  });

  it('is refused when nobody said what protects it', async () => {
    const { form: _, ...bare } = source;
    expect(await send(filled(), bare)).toMatchObject({ status: 401, reason: 'no-form-rules' });
  });
});

describe('a robot', () => {
  it('that fills in what people do not see gets what a person gets, and nothing is kept', async () => {
    for (const website of ['https://spam.example', ' ']) {
      const admission = await send(filled({ website, _next: 'https://www.example.com/danke' }));
      expect(admission).toEqual({
        outcome: 'caught',
        status: 303,
        location: 'https://www.example.com/danke',
        reason: 'honeypot',
      });
      expect(settle(admission, undefined)).toEqual(await seen(filled({ _next: 'https://www.example.com/danke' })));
    }
    expect(await send(sampleOf('form', { body: 'website=&website=&_key=form-key-1' }))).toMatchObject({
      reason: 'honeypot',
    });
  });

  it('that is faster than a person, or has no stamp of ours, gets the same', async () => {
    const stamp = stampForm('brief', 'a key of ours', NOW);
    expect(await send(filled({ _stamp: stamp }), stamped, NOW + 2_999)).toMatchObject({
      outcome: 'caught',
      status: 303,
      location: THANKS,
      reason: 'too-fast',
    });
    expect(await send(filled({ _stamp: stamp }), stamped, NOW - 1)).toMatchObject({ reason: 'too-fast' });
    expect(await send(filled({ _stamp: stamp }), stamped, NOW + 3_000)).toMatchObject({
      outcome: 'admitted',
      status: 303,
    });
    for (const _stamp of [
      '',
      '1799650000000',
      stamp.replace('1', '2'),
      `${stamp}x`,
      stampForm('other', 'a key of ours', NOW),
      stampForm('brief', 'form-key-1', NOW),
    ]) {
      expect(await send(filled({ _stamp }), stamped, NOW + 9_000)).toMatchObject({
        outcome: 'caught',
        status: 303,
        reason: 'no-stamp',
      });
    }
  });

  it('cannot use one stamp for ever; a person is told to load the form again', async () => {
    const _stamp = stampForm('brief', 'a key of ours', NOW);
    expect(await send(filled({ _stamp }), stamped, NOW + 86_400_000)).toMatchObject({
      status: 303,
      outcome: 'admitted',
    });
    expect(await send(filled({ _stamp }), stamped, NOW + 86_400_001)).toMatchObject({
      status: 422,
      intake: { problems: [{ code: 'form-expired' }] },
    });
  });
});

describe('a stamp', () => {
  it('is read with the key that made it, or the one before', () => {
    const stamp = stampForm('brief', 'old', NOW);
    expect(readStamp('brief', ['new', 'old'], stamp)).toBe(NOW);
    expect(readStamp('brief', ['new'], stamp)).toBeUndefined();
    expect(readStamp('brief', ['', 'new'], stampForm('brief', 'new', NOW))).toBe(NOW);
    expect(() => stampForm('brief', '', NOW)).toThrow(RangeError);
    const byAnybody = createHmac('sha256', '').update(`["form stamp","brief","${NOW}"]`).digest('base64url');
    expect(readStamp('brief', [''], `${NOW}.${byAnybody}`)).toBeUndefined();
  });

  it('has one writing', () => {
    const stamp = stampForm('brief', 'k', NOW);
    const last = stamp.slice(-1);
    for (const other of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      expect(readStamp('brief', ['k'], stamp.slice(0, -1) + other)).toBe(other === last ? NOW : undefined);
    }
  });
});

describe('CORS', () => {
  const asked = (origin: string | undefined, method = 'OPTIONS') =>
    corsHeaders(rules, { method, headers: origin === undefined ? [] : [['origin', origin]] });

  it('names exactly the origin that is listed, and never allows credentials', () => {
    expect(asked('https://www.example.com', 'POST')).toEqual([
      ['access-control-allow-origin', 'https://www.example.com'],
      ['vary', 'Origin'],
    ]);
    expect(asked('https://www.example.com').map(([name]) => name)).toEqual([
      'access-control-allow-origin',
      'access-control-allow-methods',
      'access-control-allow-headers',
      'access-control-max-age',
      'vary',
    ]);
  });

  it.each([undefined, 'null', '*', 'https://evil.example', 'https://www.example.com.evil.example'])(
    'allows nothing to %s',
    (origin) => {
      expect(asked(origin)).toEqual([['vary', 'Origin']]);
    },
  );

  it('allows nothing to everybody, even if somebody lists `*`', () => {
    expect(corsHeaders({ origins: ['*', 'null'] }, { method: 'POST', headers: [['origin', '*']] })).toEqual([
      ['vary', 'Origin'],
    ]);
    expect(corsHeaders({ origins: ['*', 'null'] }, { method: 'POST', headers: [['origin', 'null']] })).toEqual([
      ['vary', 'Origin'],
    ]);
  });
});
