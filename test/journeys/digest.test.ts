/** What leads are told of their runs as a week begins. */
import { expect, test } from 'vitest';
import { beginJourney, type Journey } from '../support/sandbox-journey.ts';

const OSLO = { kind: 'digest', zone: 'Europe/Oslo' } as const;
const MIA = 'mia.solberg@example.com';

const begin = async (): Promise<Journey> => {
  // A Wednesday.
  const journey = await beginJourney({ start: '2027-02-10T08:00:00.000Z' });
  await journey.start('blog-post', { topic: 'Pricing pages', publish: '2027-05-31' });
  await journey.start('blog-post', { topic: 'Late from the start', publish: '2027-03-01' });
  return journey;
};
const digests = async (journey: Journey) => (await journey.mails()).filter(({ lane }) => lane === 'digest');
const ring = (journey: Journey): Promise<void> => journey.sandbox.hosted.alarm(OSLO);

test('whoever leads runs has one mail as the week begins, with what is late first', async () => {
  const journey = await begin();
  await ring(journey);
  expect(await digests(journey)).toEqual([]);
  await journey.to('2027-02-15T08:00:00.000Z');
  await Promise.allSettled([ring(journey), ring(journey)]);
  await ring(journey);
  const [digest, ...more] = await digests(journey);
  expect(more).toEqual([]);
  expect(digest).toMatchObject({ to: MIA, subject: 'Your 2 runs this week: 1 late' });
  const lines = (digest?.text ?? '').split('\n').filter((line) => /Late from the start|Pricing pages/.test(line));
  expect(lines).toEqual([
    expect.stringMatching(
      /^Late – Late from the start: Generate the idea, Ada Berg, \d+ working days late; ends Monday 1 March 2027\.$/,
    ),
    expect.stringMatching(
      /^Pricing pages: Generate the idea, Ada Berg, due in \d+ working days; ends Monday 31 May 2027\.$/,
    ),
  ]);
  expect(digest?.text).toContain('http://localhost:8080/?lead=mia-solberg');
  await journey.to('2027-02-16T08:00:00.000Z');
  await ring(journey);
  expect((await digests(journey)).length).toBe(1);
  await journey.to('2027-02-22T08:00:00.000Z');
  await ring(journey);
  expect((await digests(journey)).length).toBe(2);
});

test('a week that begins with a day off begins on the day after it', async () => {
  const journey = await begin();
  // Easter Monday.
  await journey.to('2027-03-29T07:00:00.000Z');
  await ring(journey);
  expect(await digests(journey)).toEqual([]);
  await journey.to('2027-03-30T07:00:00.000Z');
  await ring(journey);
  expect((await digests(journey)).length).toBe(1);
});

test('whoever leads nothing that is open has none', async () => {
  const journey = await beginJourney({ start: '2027-02-15T08:00:00.000Z' });
  await ring(journey);
  expect(await digests(journey)).toEqual([]);
});

test('a digest that could not be sent goes out when it is asked for again', async () => {
  let down = true;
  const journey = await beginJourney({
    start: '2027-02-15T08:00:00.000Z',
    around: (ports) => ({
      ...ports,
      mailbox: {
        send: async (mail) => {
          if (mail.lane === 'digest' && down) throw new Error('no mail server');
          return ports.mailbox.send(mail);
        },
      },
    }),
  });
  await journey.start('blog-post', { topic: 'Pricing pages', publish: '2027-05-31' });
  await expect(ring(journey)).rejects.toThrow('no mail server');
  down = false;
  await journey.advance(0.1);
  await ring(journey);
  expect((await digests(journey)).length).toBe(1);
});

test('whoever covers for a lead who is away is told of their runs, and for whom', async () => {
  const away = [{ from: '2027-02-12', to: '2027-02-19', cover: 'sofie-lund' }];
  const journey = await beginJourney({
    start: '2027-02-10T08:00:00.000Z',
    around: (ports) => {
      const { catalogue } = ports;
      const people = catalogue.team.people.map((one) => (one.id === 'mia-solberg' ? { ...one, away } : one));
      return { ...ports, catalogue: { ...catalogue, team: { ...catalogue.team, people } } };
    },
  });
  await journey.start('blog-post', { topic: 'Pricing pages', publish: '2027-05-31' });
  const zone = journey.sandbox.hosted;
  await journey.to('2027-02-15T08:00:00.000Z');
  for (const one of ['Europe/Oslo', 'Europe/Warsaw']) await zone.alarm({ kind: 'digest', zone: one });
  const sent = await digests(journey);
  expect(sent.map(({ to }) => to).toSorted()).toEqual([MIA, 'sofie.lund@example.com']);
  const covering = sent.find(({ to }) => to !== MIA)?.text ?? '';
  expect(covering).toContain('Pricing pages (for Mia Solberg): Generate the idea, Ada Berg');
  // The list of her own runs would not show it.
  expect(covering).toMatch(/http:\/\/localhost:8080\/$/m);
  await journey.to('2027-02-22T08:00:00.000Z');
  for (const one of ['Europe/Oslo', 'Europe/Warsaw']) await zone.alarm({ kind: 'digest', zone: one });
  expect((await digests(journey)).slice(2).map(({ to }) => to)).toEqual([MIA]);
});
