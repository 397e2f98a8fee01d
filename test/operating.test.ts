/** What those who operate ask for, on a sandbox with the real functions. AWS answers by the very same code. */

import { afterEach, describe, expect, it } from 'vitest';
import { type BoardLine, endedLines, openLines, putOnBoard } from '../functions/core/board.ts';
import { listCards, OPEN_RUNS } from '../functions/core/cards.ts';
import { aheadLines } from '../functions/core/coming.ts';
import type { HistoryEvent } from '../functions/core/history.ts';
import { isOurSecret } from '../functions/core/made-secret.ts';
import { mentionsOf } from '../functions/core/operating/mentions.ts';
import { type Asked, type OperationName, operate, type Reply } from '../functions/core/operating/operations.ts';
import type { Ports } from '../functions/core/ports.ts';
import { portsFor } from '../infra/sandbox/sandbox-functions.ts';
import { memorySecrets } from '../infra/sandbox/secrets-file.ts';
import { beginJourney, type Journey, type JourneyOptions, libraryWith } from './support/sandbox-journey.ts';
import { systemsRefusingAll } from './support/systems.ts';

const TWO = `workflow: two
title: Two things
purpose: Two steps side by side, then one more.
lead: marketing-manager
frequency: 12 per year
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
steps:
  - step: write
    title: Write it
    owner: blog-writer
    due: 5 workdays after start
    effort: 1h
    done_when: It is written.
  - step: draw
    title: Draw it
    owner: graphic-designer
    after: []
    due: 5 workdays after start
    effort: 1h
    done_when: It is drawn.
  - step: show
    title: Show it
    owner: marketing-manager
    after: [write, draw]
    due: 8 workdays after start
    effort: 1h
    done_when: It is shown.
`;
const library = libraryWith(TWO);
const INGRID = 'ingrid.holm@example.com';
const MIA = 'mia.solberg@example.com';

let journey: Journey | undefined;
afterEach(async () => {
  await journey?.close();
  journey = undefined;
});

type Place = {
  readonly journey: Journey;
  readonly ports: Ports;
  readonly ask: <N extends OperationName>(operation: N, asked: Asked<N>) => Promise<Reply>;
};
const begin = async (options: JourneyOptions = {}, without: readonly string[] = []): Promise<Place> => {
  journey = await beginJourney({ library, start: '2027-01-04T08:00:00.000Z', ...options });
  const ports = portsFor(journey.sandbox.ports, library, systemsRefusingAll);
  const { team } = ports.catalogue;
  const left = { ...team, people: team.people.filter(({ id }) => !without.includes(id)) };
  const those = { ...ports, catalogue: { ...ports.catalogue, team: left } };
  const ask = operate(those, journey.sandbox.backstage);
  return { journey, ports, ask: (operation, asked) => ask(operation, asked, 'arn:aws:iam::1:user/ops') };
};
const answer = (reply: Reply) => ('answer' in reply ? reply.answer : expect.unreachable(JSON.stringify(reply)));

const listWorkOf = async (ports: Ports, people: readonly string[]) =>
  (await Promise.all(people.map((person) => ports.records.list(`work:${person}`)))).flatMap(({ records }) =>
    records.map(({ key, value }) => ({ key, value })),
  );

describe('what is asked for', () => {
  it('wrongly, or by another version, is refused in words', async () => {
    const { ask } = await begin();
    expect(await ask('show-run', { run: '' })).toEqual({
      refused: { kind: 'wrong', why: 'show-run was asked for wrongly: run.' },
    });
    expect(await ask('dance' as never, {} as never)).toEqual({
      refused: { kind: 'unknown', why: 'dance is not known there: it is of another version.' },
    });
    expect(await ask('show-run', { run: 'nowhere' })).toMatchObject({ refused: { kind: 'unknown' } });
  });
});

describe('lists and the board', () => {
  it('are made anew from the histories, whatever stands in them or is lost', async () => {
    const { journey: here, ports, ask } = await begin();
    const open = await here.start('two', { topic: 'Snow' });
    const ended = await here.start('two', { topic: 'Ice' });
    await here.answer(await here.mail(INGRID, 'Draw it'), { decision: 'done' });
    await ask('cancel-run', { run: ended, reason: 'Over' });
    const all = async () => ({
      open: (await openLines(ports)).toSorted((a, b) => (a.run < b.run ? -1 : 1)),
      ended: await endedLines(ports, '2027-01'),
      work: await listWorkOf(ports, ['ingrid-holm', 'kasia-nowak', 'tomas-vik']),
      cards: (await listCards(ports, OPEN_RUNS)).cards.map(({ run, steps }) => ({ run, steps })),
    });
    const before = await all();
    expect([before.open.map(({ run }) => run), before.ended.map(({ run }) => run)]).toEqual([[open], [ended]]);
    expect(before.work.length).toBeGreaterThan(0);

    // One wrong, one lost, one that is nobody's any more.
    for (const line of before.open) await putOnBoard(ports, { ...line, title: 'Wrong' }, true);
    for (const group of ['board:2027-01', 'work:ingrid-holm', 'work:kasia-nowak', 'work:tomas-vik'])
      for (const { kind, key } of (await ports.records.list(group)).records) await ports.records.remove(kind, key);
    await ports.records.remove('card', open);
    await putOnBoard(ports, { ...(before.ended[0] as BoardLine), ended: undefined as never, state: 'running' }, true);
    expect(await all()).not.toEqual(before);

    expect(answer(await ask('rebuild-lists', {}))).toEqual({ runs: 2 });
    expect(await all()).toEqual(before);
  });
});

describe('a run', () => {
  it('is shown with its steps, its history in words, its machine and what it owes', async () => {
    const { ask, journey } = await begin();
    const run = await journey.start('two', { topic: 'Pricing' });
    const shown = answer(await ask('show-run', { run }));
    expect(shown).toMatchObject({
      run,
      workflow: 'two',
      state: 'running',
      machine: 'running',
      owes: [],
      steps: [
        { step: 'draw', state: 'open' },
        { step: 'write', state: 'open' },
        { step: 'show', state: 'waiting' },
      ],
    });
    expect((shown as { history: { text: string }[] }).history.map(({ text }) => text).slice(0, 2)).toEqual([
      'Asked for from the command line',
      'Started',
    ]);
  });

  it('is cancelled with where that came from and why, and whoever had something to do is told', async () => {
    const { ask, journey } = await begin();
    const run = await journey.start('two', { topic: 'Pricing' });
    const before = (await journey.mails()).length;
    expect(await ask('cancel-run', { run, reason: ' ' })).toMatchObject({ refused: { kind: 'wrong' } });
    expect(answer(await ask('cancel-run', { run, reason: 'Started by mistake' }))).toEqual({ run });
    await journey.sandbox.time.rest();
    expect((await journey.history(run)).at(-1)).toMatchObject({
      type: 'run-finished',
      outcome: 'cancelled',
      proof: 'command',
      from: 'arn:aws:iam::1:user/ops',
      reason: 'Started by mistake',
    });
    expect((await journey.mails()).slice(before).map(({ subject }) => subject)).toHaveLength(3);
    expect(answer(await ask('show-run', { run }))).toMatchObject({ state: 'cancelled', machine: 'succeeded' });
    expect(await ask('cancel-run', { run, reason: 'Again' })).toMatchObject({ refused: { kind: 'conflict' } });
    expect(await ask('redrive-run', { run, reason: 'Back' })).toEqual({
      refused: { kind: 'conflict', why: `The machine of ${run} did not fail (it is succeeded), so it cannot go on.` },
    });
  });

  it('whose machine failed goes on where it stood, and comes to its end', async () => {
    const { ask, journey } = await begin();
    const run = await journey.start('two', { topic: 'Pricing' });
    const writer = await journey.mail('kasia.nowak@example.com', 'Write it');
    await journey.answer(writer, { decision: 'done' });
    await journey.sandbox.host.stop(run, 'Oops', 'somebody stopped it');
    await journey.sandbox.time.rest();
    expect(answer(await ask('show-run', { run }))).toMatchObject({ state: 'cancelled', machine: 'stopped' });
    const old = await journey.mail(INGRID, 'Draw it');
    const before = (await journey.mails()).length;

    expect(answer(await ask('redrive-run', { run, reason: 'It was stopped by mistake' }))).toEqual({ run });
    await journey.sandbox.time.rest();
    expect(answer(await ask('show-run', { run }))).toMatchObject({
      state: 'running',
      machine: 'running',
      steps: [
        { step: 'draw', state: 'open' },
        { step: 'write', state: 'finished' },
        { step: 'show', state: 'waiting' },
      ],
    });
    // A new link is mailed, and the one of before opens the step as well.
    const again = (await journey.mails()).slice(before);
    expect(again.map(({ subject }) => subject).filter((subject) => subject.includes('Draw it'))).toHaveLength(1);
    expect((await journey.answer(old, { decision: 'done' })).status).toBe(200);
    await journey.answer(await journey.mail(MIA, 'Show it'), { decision: 'done' });
    expect(answer(await ask('show-run', { run }))).toMatchObject({ state: 'finished', machine: 'succeeded' });
    expect((await journey.story(run)).filter((line) => /run-(resumed|finished)/.test(line))).toHaveLength(3);
  });

  it('whose machine failed too long ago is left as it is, and nobody is told that it goes on', async () => {
    const { journey, ports } = await begin();
    const run = await journey.start('two', { topic: 'Pricing' });
    await journey.sandbox.host.stop(run, 'Oops', 'somebody stopped it');
    await journey.sandbox.time.rest();
    const [story, mails] = [await journey.story(run), await journey.mails()];
    const { backstage } = journey.sandbox;
    const canGoOn = async () => ({ cannot: 'it failed more than 14 days ago, or has grown too long' });
    const late = operate(ports, { ...backstage, machines: { ...backstage.machines, canGoOn } });
    expect(await late('redrive-run', { run, reason: 'Go on' }, '')).toEqual({
      refused: {
        kind: 'conflict',
        why: `The machine of ${run} cannot go on: it failed more than 14 days ago, or has grown too long. Start it anew.`,
      },
    });
    await journey.sandbox.time.rest();
    expect([await journey.story(run), await journey.mails()]).toEqual([story, mails]);
  });

  it('that goes on is reminded of again', async () => {
    const { ask, journey } = await begin();
    const run = await journey.start('two', { topic: 'Pricing' });
    await journey.sandbox.host.stop(run, 'Oops', 'somebody stopped it');
    await journey.advance(1);
    await ask('redrive-run', { run, reason: 'Go on' });
    await journey.sandbox.time.rest();
    const before = (await journey.mails()).length;
    await journey.to('2027-01-15T12:00:00.000Z');
    const reminded = (await journey.mails()).slice(before);
    expect(reminded.length).toBeGreaterThan(1);
  });
});

describe('doctor', () => {
  it('finds nothing where all is well', async () => {
    const { ask, journey } = await begin();
    await journey.start('two', { topic: 'Pricing' });
    await journey.advance(3);
    expect(answer(await ask('examine', {}))).toEqual([]);
  });

  it('finds an open run whose machine has ended, and says how to go on', async () => {
    const { ask, journey, ports } = await begin();
    const run = await journey.start('two', { topic: 'Pricing' });
    await journey.advance(1);
    const { backstage } = journey.sandbox;
    const dead = { ...backstage, machines: { ...backstage.machines, state: async () => 'failed' as const } };
    const reply = await operate(ports, dead)('examine', {}, '');
    expect(answer(reply)).toMatchObject([
      { severity: 'error', code: 'dead-machines', what: expect.stringContaining(run) },
    ]);
    expect(answer(await ask('examine', {}))).toEqual([]);
  });

  it('finds that nobody would be reminded, and mends it', async () => {
    const { ask, journey } = await begin();
    await journey.start('two', { topic: 'Pricing' });
    await journey.advance(1);
    for (const { name } of await journey.sandbox.backstage.alarms()) await journey.sandbox.ports.alarms.clear(name);
    expect(answer(await ask('examine', {}))).toMatchObject([
      { code: 'waits-without-alarm', what: expect.stringMatching(/draw of two-.*write of two-/) },
    ]);
    expect(answer(await ask('mend', {}))).toEqual({ effects: 0, alarms: 2 });
    expect(answer(await ask('examine', {}))).toEqual([]);
  });

  it('finds alarms of runs that are not there', async () => {
    const { ask, journey } = await begin();
    const call = { kind: 'step', run: 'gone', step: 'write', round: 1, generation: 0 } as const;
    await journey.sandbox.ports.alarms.set({ name: 'left', at: '2027-03-01T08:00:00.000Z', call });
    expect(answer(await ask('examine', {}))).toMatchObject([{ severity: 'warning', code: 'alarms-without-run' }]);
  });

  it('finds what is owed for more than an hour, and dead letters', async () => {
    let broken = true;
    const { ask, journey } = await begin({
      mayFail: true,
      around: (ports) => ({
        ...ports,
        mailbox: { send: (mail) => (broken ? Promise.reject(new Error('no mail')) : ports.mailbox.send(mail)) },
      }),
    });
    const run = await journey.start('two', { topic: 'Pricing' });
    await journey.advance(2);
    expect(answer(await ask('examine', {}))).toMatchObject([
      { severity: 'error', code: 'old-debts', what: expect.stringContaining(`${run} (step-mail)`) },
    ]);
    broken = false;
    await journey.advance(3);
    expect(answer(await ask('examine', {}))).toEqual([]);
  });
});

describe('dead letters', () => {
  it('of a sandbox are what is tried again, and are tried at once', async () => {
    let broken = true;
    const { ask, journey } = await begin({ mayFail: true });
    const { hosted } = journey.sandbox;
    expect(hosted).toBeDefined();
    const call = { kind: 'step', run: 'x', step: 'y', round: 1, generation: 0 } as const;
    const history = journey.sandbox.ports.history;
    const read = history.read;
    Object.assign(history, {
      read: (...given: Parameters<typeof read>) => (broken ? Promise.reject(new Error('away')) : read(...given)),
    });
    await journey.sandbox.ports.alarms.set({ name: 'one', at: '2027-01-04T08:00:01.000Z', call });
    await journey.advance(1 / 360);
    const letters = answer(await ask('list-dead-letters', {})) as { id: string; what: string }[];
    expect(letters).toMatchObject([
      { id: 'alarm/one', queue: 'what is tried again', what: expect.stringMatching(/tried \d+ times/) },
    ]);
    expect(answer(await ask('redrive-dead-letter', { id: 'alarm/one' }))).toEqual({ redriven: true });
    expect(answer(await ask('list-dead-letters', {}))).toHaveLength(1);
    broken = false;
    expect(answer(await ask('redrive-dead-letter', { id: 'alarm/one' }))).toEqual({ redriven: true });
    expect(answer(await ask('list-dead-letters', {}))).toEqual([]);
    expect(answer(await ask('redrive-dead-letter', { id: 'alarm/one' }))).toEqual({ redriven: false });
  });
});

describe('a secret', () => {
  it('is rotated: two count, then the older one no more; alone, one', async () => {
    const { ask, ports } = await begin();
    const live = () => ports.secrets.live('forms');
    const [first] = await live();
    expect(answer(await ask('rotate-secret', { name: 'forms', alone: false }))).toEqual({ name: 'forms', live: 2 });
    const [second, ...rest] = await live();
    expect(second).not.toBe(first);
    expect(rest).toEqual([first]);
    await ask('rotate-secret', { name: 'forms', alone: false });
    expect((await live()).slice(1)).toEqual([second]);
    await ask('rotate-secret', { name: 'forms', alone: true });
    expect(await live()).toHaveLength(1);
    expect(await ask('rotate-secret', { name: 'other', alone: false })).toMatchObject({ refused: { kind: 'unknown' } });
  });

  it('of another system that is put in for the first time is the only one that counts; without it there is no sample', async () => {
    const { ports, journey: here } = await begin();
    const hooks: Ports['catalogue']['hooks'] = {
      brief: { provider: 'standard-webhooks', workflow: 'two', secret: 'brief-secret', map: { topic: 'data.topic' } },
    };
    // As on AWS: a sandbox makes up the secrets of others as well.
    const secrets = memorySecrets({ chance: ports.chance, isOurs: isOurSecret });
    const those = { ...ports, secrets, catalogue: { ...ports.catalogue, hooks } };
    const ask = operate(those, { ...here.sandbox.backstage, secrets });
    const sample = () => ask('sample-hook', { source: 'brief', inputs: {} }, 'me');
    expect(await sample()).toEqual({
      refused: {
        kind: 'conflict',
        why: 'There is no secret brief-secret yet. Make one with: npx runsheet secrets rotate brief-secret --stdin',
      },
    });
    const put = { name: 'brief-secret', value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLBrT', alone: false };
    expect(answer(await ask('rotate-secret', put, 'me'))).toEqual({ name: 'brief-secret', live: 1 });
    expect(answer(await sample())).toMatchObject({ url: expect.stringContaining('/hooks/brief/') });
  });

  it('that was rotated leaves open forms valid: nobody has to type anything again', async () => {
    const { ask, journey } = await begin();
    await journey.start('two', { topic: 'Pricing' });
    const mail = await journey.mail('kasia.nowak@example.com', 'Write it');
    const path = /\/a\/[\w-]+/.exec(mail.text)?.[0] ?? '';
    const page = await journey.request('GET', path);
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const content = /name="content" value="([^"]+)"/.exec(page.body)?.[1];
    await ask('rotate-secret', { name: 'forms', alone: false });
    const sent = { nonce, decision: 'done', ...(content === undefined ? {} : { content }) };
    expect((await journey.request('POST', path, sent)).status).toBe(303);
  });
});

describe('a person', () => {
  const KASIA = 'kasia-nowak';
  const told = async (place: Place): Promise<string> => {
    const events: unknown[] = [];
    for await (const run of place.journey.sandbox.backstage.whole.runs()) {
      const { terms } = answer(await place.ask('export-person', { person: KASIA })) as { terms: never };
      events.push(answer(await place.ask('export-run', { run, terms })));
    }
    return JSON.stringify(events);
  };
  const finished = async (): Promise<Place & { readonly run: string }> => {
    const place = await begin();
    const { journey } = place;
    const run = await journey.start('two', { topic: 'As Kasia Nowak said to kasia.nowak@example.com' });
    const mail = await journey.mail('kasia.nowak@example.com', 'Write it');
    await journey.answer(mail, { decision: 'done', comment: 'My cat was ill, so it is late.' });
    await journey.answer(await journey.mail(INGRID, 'Draw it'), { decision: 'done', comment: 'Kasia Nowak helped.' });
    return { ...place, run };
  };

  it('has all that is kept of them: events, records, the team', async () => {
    const place = await finished();
    const found = answer(await place.ask('export-person', { person: KASIA })) as {
      terms: object;
      team: unknown[];
      runs: string[];
      records: { kind: string }[];
    };
    expect(found.terms).toEqual({ ids: [KASIA], emails: ['kasia.nowak@example.com'], names: ['Kasia Nowak'] });
    expect(found.team).toMatchObject([{ id: KASIA }]);
    expect(found.runs).toEqual([place.run]);
    expect(new Set(found.records.map(({ kind }) => kind))).toContain('link');
    expect(await told(place)).toContain('My cat was ill');
    expect(answer(await place.ask('export-person', { person: 'KASIA.nowak@example.com' }))).toMatchObject({
      runs: [place.run],
    });
    expect(answer(await place.ask('export-person', { person: 'nobody-here' }))).toMatchObject({
      runs: [],
      records: [],
    });
  });

  it('is not erased as long as they are in the team, or have something to do', async () => {
    const place = await finished();
    expect(await place.ask('erase-person', { person: KASIA })).toMatchObject({
      refused: { kind: 'conflict', why: expect.stringContaining('is in the team') },
    });
    await place.journey.start('two', { topic: 'Another' });
    const gone = operate(
      { ...place.ports, catalogue: { ...place.ports.catalogue, team: { ...library.team, people: [] } } },
      place.journey.sandbox.backstage,
    );
    expect(await gone('erase-person', { person: KASIA }, 'ops')).toMatchObject({
      refused: { kind: 'conflict', why: expect.stringMatching(/still have something to do: write of two-/) },
    });
  });

  it('is not expected anywhere any more once erased', async () => {
    const { journey, ports } = await begin();
    const run = await journey.start('two', { topic: 'Snow' });
    expect((await aheadLines(ports)).flatMap(({ steps }) => steps.flatMap(({ people }) => people))).toEqual([
      'mia-solberg',
    ]);
    const people = library.team.people.filter(({ id }) => id !== 'mia-solberg');
    const those = { ...ports, catalogue: { ...ports.catalogue, team: { ...library.team, people } } };
    const gone = operate(those, journey.sandbox.backstage);
    expect(answer(await gone('erase-person', { person: 'mia-solberg' }, 'ops'))).toMatchObject({ runs: [run] });
    const lines = [...(await aheadLines(ports)), ...(await openLines(ports))];
    expect(lines.map((line) => line.run)).toEqual([run, run]);
    expect(JSON.stringify(lines)).not.toMatch(/mia/i);
  });

  it('is erased from histories and records, while what was decided stays', async () => {
    const place = await finished();
    const { journey, run } = place;
    await journey.answer(await journey.mail(MIA, 'Show it'), { decision: 'done' });
    const before = await journey.history(run);
    const people = library.team.people.filter(({ id }) => id !== KASIA);
    const gone = operate(
      { ...place.ports, catalogue: { ...place.ports.catalogue, team: { ...library.team, people } } },
      journey.sandbox.backstage,
    );
    const erased = answer(await gone('erase-person', { person: KASIA }, 'ops')) as { as: string; runs: string[] };
    expect(erased).toMatchObject({ as: expect.stringMatching(/^erased-[0-9a-f]{10}$/), runs: [run] });
    const after = await journey.history(run);
    expect(after.map(({ type, at }) => [type, at]).slice(0, -1)).toEqual(before.map(({ type, at }) => [type, at]));
    expect(after.at(-1)).toMatchObject({ type: 'person-erased', as: erased.as, from: 'ops', proof: 'command' });
    expect(after.find((event) => event.type === 'step-finished' && event.step === 'write')).toMatchObject({
      by: erased.as,
      comment: '[erased]',
      decision: 'done',
    });
    expect(after.find((event) => event.type === 'step-finished' && event.step === 'draw')).toMatchObject({
      comment: `${erased.as} helped.`,
    });
    const { unpack } = await import('../functions/core/kept.ts');
    const opened = after.find((event) => event.type === 'run-opened');
    const everything = [
      JSON.stringify(after),
      JSON.stringify(opened?.type === 'run-opened' ? unpack(opened.kept) : ''),
      JSON.stringify(await journey.board()),
    ];
    for await (const record of journey.sandbox.backstage.whole.records()) everything.push(JSON.stringify(record));
    expect(everything.join('\n')).not.toMatch(/kasia/i);
    expect(answer(await gone('erase-person', { person: KASIA }, 'ops'))).toMatchObject({
      runs: [],
      events: 0,
      records: 0,
    });
    expect(answer(await place.ask('show-run', { run }))).toMatchObject({ state: 'finished' });
  });

  it('that broke off goes on under the same name', async () => {
    const place = await finished();
    const { journey } = place;
    await journey.answer(await journey.mail(MIA, 'Show it'), { decision: 'done' });
    const people = library.team.people.filter(({ id }) => id !== KASIA);
    const ports = { ...place.ports, catalogue: { ...place.ports.catalogue, team: { ...library.team, people } } };
    const { backstage } = journey.sandbox;
    let writes = 0;
    const replace: typeof backstage.whole.replace = async (...given) => {
      writes += 1;
      if (writes === 3) throw new Error('away');
      return backstage.whole.replace(...given);
    };
    const breaking = operate(ports, { ...backstage, whole: { ...backstage.whole, replace } });
    await expect(breaking('erase-person', { person: KASIA }, 'ops')).rejects.toThrow('away');
    const half = JSON.stringify(await journey.history(place.run)).match(/erased-[0-9a-f]{10}/g) ?? [];
    const { as } = answer(await operate(ports, backstage)('erase-person', { person: KASIA }, 'ops')) as { as: string };
    expect(new Set(half)).toEqual(new Set([as]));
    expect(JSON.stringify(await journey.history(place.run))).not.toMatch(/kasia/i);
  });
});

describe('a mention', () => {
  const { isIn, without } = mentionsOf({ ids: ['ann'], emails: ['ann@example.com'], names: ['Ann Lee'] });
  const event = (fields: object): HistoryEvent => ({ type: 'x', at: '2027-01-04T08:00:00.000Z', ...fields });

  it.each([
    ['ann', true],
    ['r/3/mail-ann', true],
    ['ANN LEE', true],
    ['write to Ann@example.com.', true],
    ['ann of green gables', false],
    ['annotated', false],
    ['joann@example.com', false],
    ['Joann Leeds', false],
  ])('%s: %s', (text, found) => {
    expect(isIn(text)).toBe(found);
    expect(isIn({ deep: [{ text }] })).toBe(found);
  });

  it('is taken out with what they wrote and where they were, and what others wrote is left', () => {
    expect(
      without(event({ by: 'ann', from: '1.2.3.4', comment: 'me', mail: 'r/3/mail-ann', fields: { a: 1 } }), 'e-1'),
    ).toEqual(event({ by: 'e-1', comment: '[erased]', mail: 'r/3/mail-e-1', fields: { a: 1 } }));
    const others = event({ by: 'bob', from: '1.2.3.4', comment: 'Ann Lee said so', now: 'ann' });
    expect(without(others, 'e-1')).toEqual(event({ by: 'bob', from: '1.2.3.4', comment: 'e-1 said so', now: 'e-1' }));
    const neither = event({ by: 'bob', comment: 'fine' });
    expect(without(neither, 'e-1')).toBe(neither);
  });
});
