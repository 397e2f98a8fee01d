import { describe, expect, it } from 'vitest';
import { admit, type Ballot, type Choice, type Seat, standing, type Vote } from '../functions/core/approval.ts';
import { fc, test as property } from './support/property.ts';

const seat = (role: string, people: readonly string[] = [role], required = true): Seat => ({ role, people, required });
const ballot = (rest: Partial<Ballot> = {}): Ballot => ({
  seats: [seat('ann'), seat('bob'), seat('cyd')],
  rule: 'all',
  veto: true,
  changes_offered: true,
  barred: [],
  ...rest,
});
const vote = (by: string, choice: Choice = 'approve', role = by): Vote => ({ by, role, choice });
const asked = (one: Ballot, votes: readonly Vote[]): readonly string[] | Choice => {
  const now = standing(one, votes);
  return now.decided ? now.choice : now.asked.map(({ role }) => role);
};

describe('the rule all', () => {
  it('asks everybody at once and approves with the last', () => {
    expect(asked(ballot(), [])).toEqual(['ann', 'bob', 'cyd']);
    expect(asked(ballot(), [vote('bob')])).toEqual(['ann', 'cyd']);
    expect(asked(ballot(), [vote('bob'), vote('ann'), vote('cyd')])).toBe('approve');
  });
  it('ends with the first rejection or request for changes', () => {
    expect(asked(ballot(), [vote('ann'), vote('bob', 'reject')])).toBe('reject');
    expect(asked(ballot(), [vote('bob', 'request_changes')])).toBe('request_changes');
  });
});

describe('the rule any', () => {
  it('approves with the first approval', () => {
    expect(asked(ballot({ rule: 'any' }), [vote('cyd')])).toBe('approve');
  });
  it('without veto goes on after a rejection, and rejects when nobody is left', () => {
    const one = ballot({ rule: 'any', veto: false });
    expect(asked(one, [vote('ann', 'reject'), vote('bob', 'request_changes')])).toEqual(['cyd']);
    expect(asked(one, [vote('ann', 'reject'), vote('bob', 'request_changes'), vote('cyd', 'request_changes')])).toBe(
      'reject',
    );
    expect(
      asked(one, [vote('ann', 'request_changes'), vote('bob', 'request_changes'), vote('cyd', 'request_changes')]),
    ).toBe('request_changes');
  });
});

describe('a quorum', () => {
  const two = ballot({ rule: { at_least: 2 }, veto: false });
  it('approves with the last vote that it needs', () => {
    expect(asked(two, [vote('ann'), vote('bob', 'reject')])).toEqual(['cyd']);
    expect(asked(two, [vote('ann'), vote('bob', 'reject'), vote('cyd')])).toBe('approve');
  });
  it('ends at once when it can no longer be reached', () => {
    expect(asked(two, [vote('ann', 'reject'), vote('bob', 'request_changes')])).toBe('reject');
  });
  it('counts distinct people: one person with two roles has one vote', () => {
    const same = ballot({ rule: { at_least: 2 }, seats: [seat('legal', ['ann']), seat('brand', ['ann'])] });
    expect(standing(same, [])).toEqual({ decided: false, asked: same.seats, stuck: true });
    expect(standing(same, [vote('ann', 'approve', 'legal')])).toEqual({ decided: false, asked: [], stuck: true });
    const other = ballot({ rule: { at_least: 2 }, seats: [seat('legal', ['ann']), seat('brand', ['ann', 'bob'])] });
    expect(standing(other, []).decided === false && (standing(other, []) as { stuck: boolean }).stuck).toBe(false);
  });
});

describe('the rule in_order', () => {
  const one = ballot({ rule: 'in_order' });
  it('asks one after the other', () => {
    expect(asked(one, [])).toEqual(['ann']);
    expect(asked(one, [vote('ann')])).toEqual(['bob']);
    expect(asked(one, [vote('ann'), vote('bob'), vote('cyd')])).toBe('approve');
  });
  it('refuses whose turn it is not', () => {
    expect(admit(one, [], 'bob', 'approve')).toEqual({ refused: 'not-yet' });
    expect(admit(one, [vote('ann')], 'bob', 'approve')).toEqual({ seat: one.seats[1] });
  });
});

describe('a vote', () => {
  it('is nobody’s on their own work', () => {
    expect(admit(ballot({ barred: ['bob'] }), [], 'bob', 'approve')).toEqual({ refused: 'own-work' });
    expect(standing(ballot({ barred: ['bob'] }), [])).toMatchObject({ decided: false, stuck: true });
  });
  it('is one a person', () => {
    expect(admit(ballot(), [vote('ann')], 'ann', 'reject')).toEqual({ refused: 'voted-already' });
  });
  it('is for those who are asked, by any one who holds the role', () => {
    const shared = ballot({ seats: [seat('seo', ['ann', 'bob'])] });
    expect(admit(shared, [], 'eve', 'approve')).toEqual({ refused: 'not-asked' });
    expect(admit(shared, [], 'bob', 'approve')).toEqual({ seat: shared.seats[0] });
    expect(asked(shared, [vote('bob', 'approve', 'seo')])).toBe('approve');
    expect(admit(shared, [vote('bob', 'approve', 'seo')], 'ann', 'reject')).toEqual({ refused: 'decided' });
  });
  it('of someone who may only comment does not count, whatever it is', () => {
    const one = ballot({ seats: [seat('ann'), seat('legal', ['leo'], false)] });
    expect(asked(one, [vote('leo', 'reject', 'legal')])).toEqual(['ann']);
    expect(asked(one, [vote('ann')])).toBe('approve');
  });
  it('for changes is refused where changes are not offered', () => {
    expect(admit(ballot({ changes_offered: false }), [], 'ann', 'request_changes')).toEqual({ refused: 'not-offered' });
  });
});

const people = ['ann', 'bob', 'cyd', 'dan', 'eve'];
const ballots = fc.record({
  seats: fc.uniqueArray(
    fc.record({
      role: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
      people: fc.uniqueArray(fc.constantFrom(...people), { minLength: 1, maxLength: 3 }),
      required: fc.boolean(),
    }),
    { minLength: 1, selector: ({ role }) => role },
  ),
  rule: fc.oneof(
    fc.constantFrom<'all' | 'any' | 'in_order'>('all', 'any', 'in_order'),
    fc.record({ at_least: fc.integer({ min: 1, max: 3 }) }),
  ),
  veto: fc.boolean(),
  changes_offered: fc.boolean(),
  barred: fc.uniqueArray(fc.constantFrom(...people), { maxLength: 2 }),
});
const attempts = fc.array(
  fc.record({
    by: fc.constantFrom(...people),
    choice: fc.constantFrom<Choice>('approve', 'request_changes', 'reject'),
  }),
  { maxLength: 12 },
);

describe('any votes in any order', () => {
  property(
    'never approve with fewer required approvals of distinct people than the rule needs, nor with one of the barred',
    [ballots, attempts],
    (one, tries) => {
      const votes: Vote[] = [];
      for (const { by, choice } of tries) {
        const admitted = admit(one, votes, by, choice);
        if ('refused' in admitted) continue;
        votes.push({ by, role: admitted.seat.role, choice });
      }
      const now = standing(one, votes);
      expect(new Set(votes.map(({ by }) => by)).size).toBe(votes.length);
      expect(votes.some(({ by }) => one.barred.includes(by))).toBe(false);
      const counting = one.seats.filter(({ required }) => required);
      const approvals = votes.filter(
        ({ choice, role }) => choice === 'approve' && counting.some((seat) => seat.role === role),
      ).length;
      const needed = one.rule === 'any' ? 1 : typeof one.rule === 'object' ? one.rule.at_least : counting.length;
      if (now.decided && now.choice === 'approve') expect(approvals).toBeGreaterThanOrEqual(needed);
      if (now.decided && now.choice === 'request_changes') expect(one.changes_offered).toBe(true);
      // Whoever is asked can vote; nobody is asked in vain.
      if (!now.decided) {
        for (const seat of now.asked) {
          const free = seat.people.filter(
            (person) => !one.barred.includes(person) && !votes.some(({ by }) => by === person),
          );
          expect(free.some((person) => 'seat' in admit(one, votes, person, 'approve'))).toBe(true);
        }
      }
    },
  );
});
