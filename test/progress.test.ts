/** How far a run is, seen from where another step stands. */
import { describe, expect, it } from 'vitest';
import { awaited, finishedAt, givenBy, hasFinished, itemsOf, yielded } from '../functions/core/progress.ts';
import { latest } from '../functions/core/run.ts';
import { done, event, runOf, step } from './support/told-run.ts';

const changes = (round = 1) =>
  event('changes-requested', {
    step: 'review',
    round,
    decision: 'request_changes',
    by: 'bob',
    reopens: ['draft', 'review'],
  });
const skipped = (id: string, item?: string) =>
  event('step-skipped', {
    step: id,
    round: 1,
    ...(item === undefined ? {} : { item }),
    why: 'condition',
    proof: 'machine',
  });
const each = (id: string, count: number, item?: string) =>
  event('each-opened', { step: id, round: 1, ...(item === undefined ? {} : { item }), count });

describe('a step', () => {
  it('has finished when it is done or skipped, and a skipped one gives nothing', () => {
    const run = runOf(step('idea'), skipped('send'));
    expect([hasFinished(run, 'idea'), hasFinished(run, 'send'), hasFinished(run, 'draft')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(givenBy(run, 'send')).toEqual({});
    expect(hasFinished(run, 'no-such-step')).toBe(false);
  });

  it('that is done again has not finished before its new round has, and shows until then what it gave before', () => {
    const before = [
      step('idea'),
      done('idea'),
      step('draft'),
      done('draft', 1, undefined, { words: 5 }),
      step('review'),
    ];
    const again = runOf(...before, changes());
    expect(['idea', 'draft', 'review'].map((id) => hasFinished(again, id))).toEqual([true, false, false]);
    expect(givenBy(again, 'draft')).toMatchObject({ words: 5, round: 1 });
    const second = runOf(...before, changes(), step('draft', 2), done('draft', 2, undefined, { words: 9 }));
    expect([hasFinished(second, 'draft'), hasFinished(second, 'review')]).toEqual([true, false]);
    expect(givenBy(second, 'draft')).toMatchObject({ words: 9, round: 2 });
  });

  it('tells the machine no more than it may know', () => {
    const run = runOf(step('draft'), done('draft', 1, undefined, { words: 5, note: 7 }));
    const opening = latest(run, 'draft');
    expect(opening === undefined ? undefined : yielded(run, opening)).toEqual({ words: 5 });
    expect(awaited(run, ['draft', 'review'])).toEqual({ draft: { words: 5 } });
  });
});

describe('an each', () => {
  const two = [each('translate', 2), step('line', 1, '1:0'), step('line', 1, '1:1')];

  it('has the items that it was opened with, also inside an item', () => {
    expect(itemsOf(runOf(), 'translate', undefined)).toBeUndefined();
    const run = runOf(...two, each('proofs', 2, '1:1'));
    expect(itemsOf(run, 'translate', undefined)).toEqual(['1:0', '1:1']);
    expect(itemsOf(run, 'proofs', '1:1')).toEqual(['1:1/1:0', '1:1/1:1']);
    expect(itemsOf(run, 'proofs', '1:0')).toBeUndefined();
  });

  it('of nothing has finished at once, and gives an empty list', () => {
    const run = runOf(each('translate', 0));
    expect([hasFinished(run, 'translate'), givenBy(run, 'translate')]).toEqual([true, []]);
    expect(finishedAt(run, 'translate')).toBe(run.eaches.get('translate##1')?.at);
  });

  it('has finished when every nested step of every item has, however deep', () => {
    const almost = [
      ...two,
      done('line', 1, '1:0', { letters: 2 }),
      done('line', 1, '1:1', { letters: 8 }),
      each('proofs', 2, '1:0'),
      each('proofs', 1, '1:1'),
      skipped('proof-read', '1:0/1:0'),
      skipped('proof-read', '1:0/1:1'),
      step('proof-read', 1, '1:1/1:0'),
    ];
    expect(hasFinished(runOf(...almost), 'translate')).toBe(false);
    const last = done('proof-read', 1, '1:1/1:0');
    const run = runOf(...almost, last);
    expect(hasFinished(run, 'translate')).toBe(true);
    expect(finishedAt(run, 'translate')).toBe(last.at);
    expect(awaited(run, ['translate'])).toEqual({
      translate: [
        { line: { letters: 2 }, proofs: [{ 'proof-read': {} }, { 'proof-read': {} }] },
        { line: { letters: 8 }, proofs: [{ 'proof-read': {} }] },
      ],
    });
  });

  it('is seen from inside an item as that item’s own, and around it as from everywhere', () => {
    const run = runOf(...two, done('line', 1, '1:0', { letters: 2 }), step('draft'), done('draft'));
    expect(['1:0', '1:1', '1:0/1:3'].map((item) => hasFinished(run, 'line', item))).toEqual([true, false, true]);
    expect(hasFinished(run, 'draft', '1:1/1:0')).toBe(true);
    expect(hasFinished(run, 'line')).toBe(false);
  });

  it('of which one item is done again leaves the others as they are', () => {
    const again = event('changes-requested', {
      step: 'line',
      round: 1,
      item: '1:0',
      decision: 'request_changes',
      by: 'bob',
      reopens: ['line', 'proof-read'],
    });
    const nested = [done('proof-read', 1, '1:0/1:0'), done('proof-read', 1, '1:1/1:0'), done('line', 1, '1:1')];
    const run = runOf(...two, ...nested, again);
    expect(hasFinished(run, 'proof-read', '1:0/1:0')).toBe(false);
    expect(hasFinished(run, 'proof-read', '1:1/1:0')).toBe(true);
    expect(hasFinished(run, 'line', '1:1')).toBe(true);
  });
});
