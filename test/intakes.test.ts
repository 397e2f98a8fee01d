/** What webhooks brought: known for 95 days, readable for 30. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Ports } from '../functions/core/ports.ts';
import type { Intake } from '../functions/core/webhooks/admit.ts';
import { runName } from '../functions/core/webhooks/delivery-id.ts';
import { bodyOfIntake, keepIntake, listIntakes, replayIntake } from '../functions/core/webhooks/intakes.ts';
import { redact } from '../functions/lambda/redact.ts';
import { portsFor } from '../infra/sandbox/sandbox-functions.ts';
import { beginJourney, type Journey, shippedLibrary } from './support/sandbox-journey.ts';

let journey: Journey | undefined;
afterEach(async () => {
  await journey?.close();
  journey = undefined;
});
const begin = async (): Promise<Ports> => {
  journey = await beginJourney({ start: '2027-01-04T08:00:00.000Z' });
  return portsFor(journey.sandbox.ports, shippedLibrary());
};
const advance = (days: number) => journey?.advance(days * 24);

const SOURCE = 'content-brief';
const payload = {
  form_response: {
    answers: [
      { field: { ref: 'topic' }, text: 'Pricing pages' },
      { field: { ref: 'publish' }, date: '2027-06-30' },
    ],
  },
};
const intake = (id: string, more: Partial<Intake> = {}): Intake => ({
  source: SOURCE,
  workflow: 'blog-post',
  id,
  bodyHash: 'one',
  run: runName(SOURCE, id),
  signed: true,
  payload: payload as never,
  inputs: { topic: 'Pricing pages', publish: '2027-06-30' },
  problems: [],
  ...more,
});

describe('what a webhook brought', () => {
  it('starts one run, and the same again is that run', async () => {
    const ports = await begin();
    expect(await keepIntake(ports, intake('a'), true)).toBeUndefined();
    expect(await keepIntake(ports, intake('a'), true)).toMatchObject({ run: runName(SOURCE, 'a') });
    expect(await keepIntake(ports, intake('a', { bodyHash: 'other' }), true)).toMatchObject({ bodyHash: 'one' });
    expect((await journey?.board())?.map(({ run }) => run)).toEqual([runName(SOURCE, 'a')]);
  });

  it('stays the run that it was when names are made otherwise', async () => {
    const ports = await begin();
    await keepIntake(ports, intake('a', { run: 'content-brief-of-before' }), true);
    await keepIntake(ports, intake('a'), true);
    expect((await journey?.board())?.map(({ run }) => run)).toEqual(['content-brief-of-before']);
  });

  it('can be read for 30 days, and is known to have come for 95', async () => {
    const ports = await begin();
    await keepIntake(ports, intake('a'), true);
    await advance(29);
    expect(await bodyOfIntake(ports, SOURCE, 'a')).toEqual(payload);
    await advance(1);
    expect(await bodyOfIntake(ports, SOURCE, 'a')).toBeUndefined();
    expect(await replayIntake(ports, SOURCE, 'a', 'again')).toEqual({ outcome: 'gone' });
    await advance(64);
    expect((await listIntakes(ports, SOURCE)).intakes).toMatchObject([{ id: 'a', fits: true }]);
    expect(await keepIntake(ports, intake('a'), true)).toMatchObject({ run: runName(SOURCE, 'a') });
    // A repeat does not bring back what was to be gone.
    expect(await bodyOfIntake(ports, SOURCE, 'a')).toBeUndefined();
    await advance(1);
    expect(await listIntakes(ports, SOURCE)).toEqual({ intakes: [] });
  });

  it('is readable also where a crash came between, once it is sent again', async () => {
    const ports = await begin();
    await keepIntake(ports, intake('a'), true);
    await ports.records.remove('intake-body', `${SOURCE} a`);
    expect(await replayIntake(ports, SOURCE, 'a', 'again')).toEqual({ outcome: 'unreadable' });
    await keepIntake(ports, intake('a', { bodyHash: 'other', payload: { other: true } }), true);
    expect(await bodyOfIntake(ports, SOURCE, 'a')).toBeUndefined();
    await keepIntake(ports, intake('a'), true);
    expect(await bodyOfIntake(ports, SOURCE, 'a')).toEqual(payload);
  });

  it('that started nothing starts its own run when it is run again, and then another for each key', async () => {
    const ports = await begin();
    await keepIntake(
      ports,
      intake('a', { problems: [{ code: 'wrong', message: 'Publish date is needed.' }] as never }),
      false,
    );
    expect(await journey?.board()).toEqual([]);
    expect(await replayIntake(ports, SOURCE, 'a', 'x')).toEqual({ outcome: 'on its way', run: runName(SOURCE, 'a') });
    const another = await replayIntake(ports, SOURCE, 'a', 'x');
    expect(another).toEqual({ outcome: 'on its way', run: runName(SOURCE, 'a x') });
    expect(await replayIntake(ports, SOURCE, 'a', 'x')).toEqual(another);
    expect(await replayIntake(ports, SOURCE, 'b', 'x')).toEqual({ outcome: 'unknown' });
  });
});

it('the name of a run stands in a log as it is', () => {
  const name = runName('content-brief', 'evt_01');
  expect(redact(`the run ${name} is too busy`)).toBe(`the run ${name} is too busy`);
  // The address of a form lets whoever has it start runs, whatever letters it happens to have.
  expect(redact('GET /forms/brief/aaaaaaaaaaaaaaaaaaaaaa, /hooks/brief/bbbb')).toBe(
    'GET /forms/brief/… /hooks/brief/…',
  );
});
