/** Memory is the model: whatever is called in whatever order, DynamoDB gives the same outcomes. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { memoryHistory } from '../../functions/adapters/local/memory-history.ts';
import type { Debt, History, Owed } from '../../functions/core/history.ts';
import { type Dynalite, startDynalite } from '../support/dynalite.ts';

let dynalite: Dynalite;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

type Call =
  | {
      readonly call: 'append';
      readonly run: string;
      readonly number: number;
      readonly at: string;
      readonly owed: Owed[];
    }
  | { readonly call: 'append-next'; readonly run: string; readonly at: string; readonly owed: Owed[] }
  | { readonly call: 'read'; readonly run: string; readonly after: number }
  | { readonly call: 'settle'; readonly run: string; readonly number: number; readonly id: string }
  | {
      readonly call: 'claim';
      readonly run: string;
      readonly number: number;
      readonly id: string;
      readonly until: string;
      readonly now: string;
    }
  | { readonly call: 'owedBefore'; readonly instant: string; readonly limit: number };

const run = fc.constantFrom('spring', 'autumn', '__proto__');
const number = fc.integer({ min: 1, max: 6 });
const id = fc.constantFrom('mail', 'signal', '__proto__', '');
const instant = fc.integer({ min: 0, max: 9 }).map((minute) => `2026-05-04T08:0${minute}:00.000Z`);
const owed = fc.uniqueArray(fc.record({ id, kind: fc.constant('mail'), note: fc.jsonValue().map(asJson) }), {
  selector: (effect) => effect.id,
  maxLength: 3,
});

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ call: fc.constant('append' as const), run, number, at: instant, owed }) },
  { weight: 5, arbitrary: fc.record({ call: fc.constant('append-next' as const), run, at: instant, owed }) },
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constant('read' as const), run, after: fc.integer({ min: 0, max: 6 }) }),
  },
  { weight: 5, arbitrary: fc.record({ call: fc.constant('settle' as const), run, number, id }) },
  {
    weight: 5,
    arbitrary: fc.record({ call: fc.constant('claim' as const), run, number, id, until: instant, now: instant }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      call: fc.constant('owedBefore' as const),
      instant,
      limit: fc.constantFrom(0, 1, 2, 5, 500),
    }),
  },
);

test('the same calls have the same outcomes in memory and in DynamoDB', async () => {
  const client = dynalite.connect();
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 40 }), async (calls) => {
      const model = memoryHistory();
      const real = dynamoHistory({ client, table: await dynalite.createTable() });
      for (const each of calls) expect(await outcome(real, each)).toStrictEqual(await outcome(model, each));
      const everything = { call: 'owedBefore', instant: '2027-01-01T00:00:00.000Z', limit: 500 } as const;
      expect(await outcome(real, everything)).toStrictEqual(await outcome(model, everything));
      for (const each of ['spring', 'autumn', '__proto__']) {
        expect(await real.read(each)).toStrictEqual(await model.read(each));
      }
    }),
    { numRuns: process.env.RUNSHEET_LONG === '1' ? 200 : 15 },
  );
});

async function outcome(history: History, call: Call): Promise<unknown> {
  switch (call.call) {
    case 'append':
      return history.append(entryOf(call.run, call.number, call.at), call.owed);
    case 'append-next': {
      const next = (await history.read(call.run)).length + 1;
      return history.append(entryOf(call.run, next, call.at), call.owed);
    }
    case 'read':
      return history.read(call.run, call.after);
    case 'settle':
      return history.settle(call.run, call.number, call.id);
    case 'claim':
      return history.claim(call.run, call.number, call.id, call.until, call.now);
    case 'owedBefore':
      return comparable(await history.owedBefore(call.instant, call.limit), call.limit);
  }
}

/**
 * What is owed since the same instant and by the same number in two runs has no order between the runs: where the
 * limit cuts, only instants and numbers are promised, and otherwise each run's debts are in order.
 */
function comparable(debts: readonly Debt[], limit: number): unknown {
  const order = debts.map((debt) => [debt.since, debt.number]);
  return debts.length < limit ? { order, debts: Object.groupBy(debts, (debt) => `run ${debt.run}`) } : { order };
}

function entryOf(run: string, number: number, at: string) {
  return { run, number, event: { type: 'vote-cast', at } };
}

/** What JSON makes of it: -0 is 0. */
function asJson(value: unknown): string {
  return JSON.parse(JSON.stringify(value));
}
