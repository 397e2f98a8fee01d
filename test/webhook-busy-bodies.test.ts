import { describe, expect, it } from 'vitest';
import { admit, type Source } from '../functions/core/webhooks/admit.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import { field, NOW, PATH_SECRET, sampleOf, sourceOf } from './support/webhook-sources.ts';

const BOUNDARY = 'x-boundary';
const part = (head: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;

/** Milliseconds that something takes. */
const took = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

describe('bodies made to keep a reader busy', () => {
  const KB = 1_024;
  const bodies: readonly [string, Provider, string, string?][] = [
    ['brackets', 'tally', '['.repeat(256 * KB)],
    ['quotes and backslashes', 'tally', `"${'\\'.repeat(255 * KB)}"`],
    ['one name, often', 'tally', `{${'"a":1,'.repeat(40_000)}"a":1}`],
    ['ampersands', 'form', '&'.repeat(256 * KB)],
    ['percent signs', 'form', `a=${'%41'.repeat(20_000)}`],
    ['one name, often, in a form', 'form', 'a=1&'.repeat(60_000)],
    ['boundaries', 'jotform', `--${BOUNDARY}\r\n`.repeat(15_000), `multipart/form-data; boundary=${BOUNDARY}`],
    [
      'almost boundaries',
      'jotform',
      `${part('name="a"', `\r\n--${BOUNDARY.slice(0, -1)}`.repeat(18_000))}--${BOUNDARY}--`,
      `multipart/form-data; boundary=${BOUNDARY}`,
    ],
    [
      'quotes in a name',
      'jotform',
      `${part(`name="${'\\"'.repeat(900)}`, 'x')}--${BOUNDARY}--`,
      `multipart/form-data; boundary=${BOUNDARY}`,
    ],
    ['a boundary of dashes', 'jotform', '-'.repeat(256 * KB), `multipart/form-data; boundary=${'-'.repeat(69)}`],
  ];
  it.each(bodies)('%s take less than half a second', async (_, provider, body, contentType) => {
    const source: Source = sourceOf(provider, { topic: 'a' }, { topic: field('text') });
    const delivery = sampleOf(provider, {
      body: body.slice(0, 256 * KB),
      ...(contentType === undefined ? {} : { contentType }),
    });
    const ms = await took(async () =>
      expect((await admit(source, PATH_SECRET, delivery, NOW)).status).toBeLessThan(500),
    );
    expect(ms).toBeLessThan(500);
  });

  it('headers of megabytes take less than half a second', async () => {
    const sample = sampleOf('standard-webhooks');
    for (const name of ['webhook-signature', 'webhook-id', 'webhook-timestamp', 'content-type', 'content-encoding']) {
      const delivery = {
        ...sample,
        headers: [...sample.headers.filter(([other]) => other !== name), [name, 'v1, ,;=" '.repeat(500_000)] as const],
      };
      const ms = await took(async () =>
        expect([401, 415]).toContain((await admit(sourceOf('standard-webhooks'), PATH_SECRET, delivery, NOW)).status),
      );
      expect(ms).toBeLessThan(500);
    }
  });
});
