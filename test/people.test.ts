/** Who is asked for a step: named, least loaded, covering, or the lead where nobody holds the role. */

import { describe, expect, it } from 'vitest';
import { memoryRecords } from '../functions/adapters/local/memory-records.ts';
import { askedFor, isLead, leadOf, workOf } from '../functions/core/people.ts';
import type { Ports } from '../functions/core/ports.ts';
import { foldRun, type Run } from '../functions/core/run.ts';
import { catalogueOf } from '../infra/sandbox/sandbox-functions.ts';
import type { Person, Team } from '../statemachines/language/workflow.ts';
import { libraryWith } from './support/sandbox-journey.ts';
import { event, opened, requested, STEPS } from './support/told-run.ts';

const NOW = '2027-03-01T09:00:00.000Z';
const person = (id: string, roles: readonly string[], away: Person['away'] = []): Person => ({
  id,
  name: id,
  email: `${id}@example.org`,
  roles,
  zone: 'Europe/Oslo',
  language: 'en',
  away,
});
const AWAY = { from: '2027-02-25', to: '2027-03-05' };
const TEAM: Team = {
  currency: 'EUR',
  roles: { 'blog-writer': 'Writer', 'seo-strategist': 'SEO', legal: 'Legal', 'marketing-manager': 'Manager' },
  people: [
    person('ann', ['blog-writer']),
    person('bob', ['blog-writer', 'seo-strategist']),
    person('cyd', ['seo-strategist']),
    person('lea', ['marketing-manager']),
    person('max', ['marketing-manager']),
  ],
};

const portsWith = (team: Team) => {
  const records = memoryRecords({ now: () => NOW });
  const catalogue: Ports['catalogue'] = { ...catalogueOf(libraryWith(STEPS)), team };
  const loads = async (id: string, hours: number): Promise<void> =>
    void (await records.write('work', `${id} something`, { hours }, { group: workOf(id) }));
  return { records, catalogue, loads };
};
const texts = { value: async () => undefined, holds: async () => true, text: async () => '', json: async () => null };
const runWith = (
  people: { readonly [role: string]: string } = {},
  ...events: readonly Parameters<typeof foldRun>[1][number][]
): Run => foldRun('run-1', [requested(people), opened(), ...events]) as Run;
const whoDoes = async (ports: ReturnType<typeof portsWith>, run: Run, step: string, round = 1) => {
  const found = run.workflow.steps.find(({ id }) => id === step);
  if (found === undefined) throw new Error(step);
  const asked = await askedFor(ports, run, found, { step, round }, texts, NOW);
  return asked.map(({ person: who, covers }) => (covers === undefined ? who : `${who} for ${covers}`));
};
const changed = (id: string, away: Person['away']): Team => ({
  ...TEAM,
  people: TEAM.people.map((one) => (one.id === id ? { ...one, away } : one)),
});

describe('a task', () => {
  it('is for the holder with the fewest open hours, of equals the first of the team', async () => {
    const ports = portsWith(TEAM);
    expect(await whoDoes(ports, runWith(), 'draft')).toEqual(['ann']);
    await ports.loads('ann', 3);
    expect(await whoDoes(ports, runWith(), 'draft')).toEqual(['bob']);
    await ports.loads('bob', 8);
    expect(await whoDoes(ports, runWith(), 'draft')).toEqual(['ann']);
  });

  it('is for whoever was named at the start, also without the role and however busy', async () => {
    const ports = portsWith(TEAM);
    await ports.loads('cyd', 80);
    expect(await whoDoes(ports, runWith({ 'blog-writer': 'cyd' }), 'draft')).toEqual(['cyd']);
  });

  it('is covered while its holder is away, and of several is for who is there', async () => {
    const covered = portsWith(changed('ann', [{ ...AWAY, cover: 'cyd' }]));
    expect(await whoDoes(covered, runWith({ 'blog-writer': 'ann' }), 'draft')).toEqual(['cyd for ann']);
    const uncovered = portsWith(changed('ann', [AWAY]));
    expect(await whoDoes(uncovered, runWith(), 'draft')).toEqual(['bob']);
  });

  it('in a later round is for whoever did it before, unless they are away now', async () => {
    const before = event('step-opened', {
      step: 'draft',
      round: 1,
      people: [{ person: 'bob', role: 'blog-writer', counts: true }],
    });
    expect(await whoDoes(portsWith(TEAM), runWith({}, before), 'draft', 2)).toEqual(['bob']);
    expect(await whoDoes(portsWith(changed('bob', [AWAY])), runWith({}, before), 'draft', 2)).toEqual(['ann']);
  });

  it('that nobody could do is the lead’s', async () => {
    const nobody = { ...TEAM, people: TEAM.people.filter(({ roles }) => !roles.includes('blog-writer')) };
    expect(await whoDoes(portsWith(nobody), runWith(), 'draft')).toEqual(['lea']);
  });
});

describe('an approval', () => {
  it('asks everybody who holds a role, and the lead where nobody could decide', async () => {
    expect(await whoDoes(portsWith(TEAM), runWith(), 'review')).toEqual(['bob', 'cyd']);
    const nobody = { ...TEAM, people: TEAM.people.filter(({ roles }) => !roles.includes('seo-strategist')) };
    expect(await whoDoes(portsWith(nobody), runWith(), 'review')).toEqual(['lea']);
  });
});

describe('the lead of a run', () => {
  it('is the same person for its life, however busy they become; who covers for them leads beside them', async () => {
    const led = [
      requested(),
      event('run-opened', {
        title: 'Snow',
        version: 'v1',
        lead: { person: 'lea', role: 'marketing-manager', counts: true },
        kept: (opened() as { readonly kept?: string }).kept ?? '',
      }),
    ];
    const run = foldRun('run-1', led) as Run;
    const ports = portsWith(TEAM);
    await ports.loads('lea', 90);
    expect((await leadOf(ports, run, NOW)).map((one) => one.person)).toEqual(['lea']);
    expect(await isLead(ports, run, 'max', NOW)).toBe(false);
    const away = portsWith(changed('lea', [{ ...AWAY, cover: 'cyd' }]));
    expect(await leadOf(away, run, NOW)).toMatchObject([{ person: 'cyd', covers: 'lea' }]);
    expect([await isLead(away, run, 'lea', NOW), await isLead(away, run, 'cyd', NOW)]).toEqual([true, true]);
  });
});
