import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step } from '../statemachines/language/workflow.ts';
import { makePlan } from '../statemachines/plan/plan.ts';
import { approval, email, officeCalendar, person, task, team, wait, workflow } from './support/plan-workflows.ts';

const calendar = officeCalendar({
  '2027-03-25': 'Thursday',
  '2027-03-26': 'Friday',
  '2027-03-29': 'Monday',
  '2027-05-17': 'Day',
});
const people = team(
  person('ada', ['writer'], { zone: 'Asia/Tokyo' }),
  person('lea', ['lead'], { zone: 'America/Los_Angeles' }),
);

const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('task', 'task', 'task', 'approval', 'email', 'wait'),
      after: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
      takes: fc.option(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('workdays', 'days', 'hours', 'weeks'))),
      due: fc.option(
        fc.tuple(
          fc.integer({ min: 0, max: 40 }),
          fc.constantFrom('days', 'workdays', 'hours'),
          fc.constantFrom('', ' at 12:00'),
        ),
      ),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((drafts) =>
    drafts.map(({ kind, after, takes, due }, index): Step => {
      const common = {
        after: index === 0 ? [] : [...new Set(after.map((other) => `s${other % index}`))],
        ...(takes === null ? {} : { takes: takes.join(' ') }),
        ...(due === null ? {} : { due: `${due[0]} ${due[1]} before publish${due[2]}` }),
      };
      if (kind === 'wait') return wait(`s${index}`, { for: takes?.join(' ') ?? '3 days' }, { after: common.after });
      if (kind === 'email') return email(`s${index}`, { after: common.after });
      return kind === 'approval' ? approval(`s${index}`, common) : task(`s${index}`, common);
    }),
  );
const starts = fc
  .integer({ min: Date.UTC(2027, 0, 4), max: Date.UTC(2027, 5, 30) })
  .map((at) => `${new Date(Math.floor(at / 60_000) * 60_000).toISOString().slice(0, 19)}Z`);
const publishDates = fc
  .integer({ min: 30, max: 200 })
  .map((day) => new Date(Date.UTC(2027, 0, day)).toISOString().slice(0, 10));

test('in every plan steps wait for those before them, late is what slack says, start_by is the last good start, and nobody is mailed at night', {
  timeout: 60_000,
}, () => {
  const local = (at: string, zone: string): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(at));
  fc.assert(
    fc.property(steps, starts, publishDates, (list, now, publish) => {
      const request = { workflow: workflow(list), inputs: { publish }, team: people, calendar };
      const plan = makePlan({ ...request, now });
      if ('problem' in plan) throw new Error(plan.sentence);
      const byId = new Map(plan.steps.map((step) => [step.step, step]));

      for (const step of plan.steps) {
        expect(step.starts >= now && step.finishes >= step.starts).toBe(true);
        for (const before of step.after) expect(step.starts >= (byId.get(before)?.finishes ?? '')).toBe(true);
        // An instant of RFC 3339 in UTC sorts as text.
        expect(step.late_on_day_one).toBe(step.finishes > step.due);
        if (step.late_on_day_one) expect(Math.max(step.slack_workdays, step.slack_hours)).toBeLessThan(0);
        if (step.due_from === 'takes') expect(step.late_on_day_one).toBe(false);
        for (const reminder of step.reminders) {
          const zone =
            step.type === 'approval' || reminder.to.every((who) => who === 'lead')
              ? 'America/Los_Angeles'
              : 'Asia/Tokyo';
          const [day = '', time = ''] = local(reminder.at, zone).split(' ');
          expect(time >= '09:00:00' && time <= '18:00:00').toBe(true);
          expect([0, 6]).not.toContain(new Date(`${day}T00:00:00Z`).getUTCDay());
          expect(day in calendar.days_off).toBe(false);
          expect(reminder.at > step.starts).toBe(true);
        }
      }

      const late = plan.steps.filter((step) => step.late_on_day_one).map(({ step }) => step);
      expect(plan.late_steps.map(({ step }) => step)).toEqual(late);
      expect(plan.feasible).toBe(late.length === 0);
      if (plan.feasible)
        expect(plan.steps.every(({ slack_workdays, slack_hours }) => slack_workdays >= 0 && slack_hours >= 0)).toBe(
          true,
        );
      expect(plan.critical_path.length).toBeGreaterThan(0);

      if (plan.start_by !== undefined) {
        expect(plan.feasible).toBe(now <= plan.start_by);
        const second = (by: number): string =>
          `${new Date(Date.parse(plan.start_by ?? '') + by * 1000).toISOString().slice(0, 19)}Z`;
        expect(makePlan({ ...request, now: second(0) })).toMatchObject({ feasible: true });
        expect(makePlan({ ...request, now: second(1) })).toMatchObject({ feasible: false });
      }
      if (plan.earliest_anchor !== undefined) {
        expect(makePlan({ ...request, now, inputs: { publish: plan.earliest_anchor } })).toMatchObject({
          feasible: true,
        });
      }
    }),
    { numRuns: 120 },
  );
});

test('a chain of N steps of one workday needs N workdays, whenever it starts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 15 }), starts, (count, now) => {
      const chain = Array.from({ length: count }, (_, index) =>
        task(`s${index}`, { takes: '1 workday', after: index === 0 ? [] : [`s${index - 1}`] }),
      );
      expect(makePlan({ workflow: workflow(chain), inputs: {}, team: people, calendar, now })).toMatchObject({
        needs_workdays: count,
        critical_path: chain.map(({ id }) => id),
      });
    }),
    { numRuns: 50 },
  );
});
