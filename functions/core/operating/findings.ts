/**
 * What is not as it should be, as far as runs and what they owe tell it.
 *
 * Promises: each finding says what is wrong and what to do; nothing is found twice; looking changes nothing. `mend`
 * does again what can be done again at no risk: what is owed, and alarms that should be set and are not.
 */
import { setAlarm } from '../alarm-setting.ts';
import { OPEN_RUNS } from '../cards.ts';
import { openingKey } from '../events.ts';
import type { Ports } from '../ports.ts';
import { readRun } from '../read-run.ts';
import { alarmOf, nextInstant } from '../reminders.ts';
import type { Run, StepOpening } from '../run.ts';
import { cardsOf } from '../run-list.ts';
import { sweep } from '../sweep.ts';
import { pathSecretName } from '../webhooks/path-secret.ts';
import type { Backstage, Finding, SetAlarm } from './backstage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST_DEBTS = 1_000;
/** So many are named; that there are more is said. */
const MOST_NAMED = 5;

export const examine = async (ports: Ports, backstage: Backstage): Promise<readonly Finding[]> => {
  const [debts, letters, secrets, place, seen] = await Promise.all([
    oldDebts(ports),
    deadLetters(backstage),
    missingSecrets(ports),
    backstage.findings(),
    lookAtRuns(ports, backstage),
  ]);
  // What nothing else is told of: debts and dead letters have alarms of their own.
  for (const { severity, code } of [...place, ...seen.findings])
    if (severity === 'error') ports.log.warn('a run does not go on by itself', { code });
  return [...place, ...debts, ...letters, ...secrets, ...seen.findings];
};

/** @returns what was done. */
export const mend = async (ports: Ports, backstage: Backstage) => {
  const done = await sweep(ports);
  const { unset } = await lookAtRuns(ports, backstage);
  for (const { run, opening } of unset) await setAlarm(ports, run, opening);
  return { effects: done, alarms: unset.length };
};

const oldDebts = async (ports: Ports): Promise<readonly Finding[]> => {
  const now = Date.parse(ports.clock.now());
  const old = await ports.history.owedBefore(new Date(now - HOUR_MS).toISOString(), MOST_DEBTS);
  if (old.length === 0) return [];
  return [
    {
      severity: 'error',
      code: 'old-debts',
      what: `${count(old.length, 'effect')} of ${named(old.map(({ run, owed }) => `${run} (${owed.kind})`))} could not be done for more than an hour.`,
      remedy: 'The log of the sweep says why, under “could not be done”. “doctor --mend” tries again now.',
    },
  ];
};

const deadLetters = async ({ deadLetters }: Backstage): Promise<readonly Finding[]> => {
  const letters = await deadLetters.list();
  return [...Map.groupBy(letters, ({ queue }) => queue)].map(([queue, of]) => ({
    severity: 'error',
    code: 'dead-letters',
    what: `${count(of.length, 'dead letter')} in ${queue}, since ${of.map(({ at }) => at).toSorted()[0]}.`,
    remedy: '“dlq list” says what they are; once what was wrong is mended, “dlq redrive” has them done.',
  }));
};

const missingSecrets = async ({ catalogue, secrets }: Ports): Promise<readonly Finding[]> => {
  const found = await Promise.all(
    Object.entries(catalogue.hooks).map(async ([source, { secret }]): Promise<readonly Finding[]> => {
      if (secret !== undefined && (await secrets.live(secret)).length === 0)
        return [
          {
            severity: 'error',
            code: 'no-secret',
            what: `The webhook ${source} is refused whatever comes: its secret ${secret} is not there.`,
            remedy: `Have its provider show it, and put it in: secrets rotate ${secret} --stdin`,
          },
        ];
      return (await secrets.live(pathSecretName(source))).length === 0
        ? [
            {
              severity: 'warning',
              code: 'no-address',
              what: `The webhook ${source} has no address yet.`,
              remedy: 'The sweep makes it within two minutes of a deployment; see that it runs.',
            },
          ]
        : [];
    }),
  );
  return found.flat();
};

type Unset = { readonly run: Run; readonly opening: StepOpening };

const lookAtRuns = async (
  ports: Ports,
  backstage: Backstage,
): Promise<{ readonly findings: readonly Finding[]; readonly unset: readonly Unset[] }> => {
  const now = Date.parse(ports.clock.now());
  const [cards, alarms, debts] = await Promise.all([
    cardsOf(ports, OPEN_RUNS),
    backstage.alarms(),
    ports.history.owedBefore(new Date(now + HOUR_MS).toISOString(), MOST_DEBTS),
  ]);
  const owing = new Set(debts.map(({ run }) => run));
  const set = new Map(alarms.map((alarm) => [alarm.name, alarm]));
  const [dead, idle, unset]: [string[], string[], Unset[]] = [[], [], []];
  for (const { run: id, started } of cards) {
    // What has only just begun, or is being seen to, is not looked at.
    if (now - Date.parse(started) < 5 * MINUTE_MS || owing.has(id)) continue;
    const run = await readRun(ports, id);
    if (run === undefined || run.finished !== undefined) continue;
    const state = await backstage.machines.state(run.requested.workflow, id);
    if (state !== 'running') {
      dead.push(`${id} (${state === 'none' ? 'gone' : state})`);
      continue;
    }
    if (run.opened === undefined) continue;
    const open = [...run.openings.values()].filter(({ state: how }) => how === 'open');
    if (open.length === 0 && now - lastOf(run, started) > HOUR_MS) idle.push(id);
    for (const opening of open) if (await isUnset(ports, run, opening, set, now)) unset.push({ run, opening });
  }
  return {
    unset,
    findings: [
      ...found(dead, {
        severity: 'error',
        code: 'dead-machines',
        what: (runs) => `The machine does not run any more, but the run is open: ${runs}.`,
        remedy: '“runs redrive RUN” has it go on where it failed; “runs cancel RUN” ends it.',
      }),
      ...found(idle, {
        severity: 'error',
        code: 'stuck-runs',
        what: (runs) => `Nobody has anything to do and the machine waits all the same: ${runs}.`,
        remedy: '“runs show RUN” says where it stands. “doctor --mend” does what is owed; else “runs cancel RUN”.',
      }),
      ...found(
        unset.map(({ run, opening }) => `${openingKey(opening).split('#')[0]} of ${run.id}`),
        {
          severity: 'error',
          code: 'waits-without-alarm',
          what: (steps) => `Nobody would be reminded, and nothing would expire: no alarm is set for ${steps}.`,
          remedy: '“doctor --mend” sets it.',
        },
      ),
      ...(await needlessAlarms(ports, alarms)),
    ],
  };
};

/** When something happened last. */
const lastOf = (run: Run, started: string): number =>
  Math.max(
    Date.parse(started),
    ...[...run.openings.values()].map(({ finish, opened }) => Date.parse(finish?.at ?? opened)),
  );

/** An alarm for the present may be on its way, and is no longer among those that are set. */
const isUnset = async (
  ports: Ports,
  run: Run,
  opening: StepOpening,
  set: ReadonlyMap<string, SetAlarm>,
  now: number,
): Promise<boolean> => {
  const at = await nextInstant(ports, run, opening, ports.clock.now());
  return at !== undefined && Date.parse(at) > now + 5 * MINUTE_MS && !set.has(alarmOf(run, opening, at).name);
};

const needlessAlarms = async (ports: Ports, alarms: readonly SetAlarm[]): Promise<readonly Finding[]> => {
  const runs = new Map<string, boolean>();
  const needless: string[] = [];
  for (const { name, call } of alarms) {
    if (call.kind !== 'step') continue;
    if (!runs.has(call.run)) runs.set(call.run, (await readRun(ports, call.run)) !== undefined);
    if (runs.get(call.run) === false) needless.push(`${name} (${call.run})`);
  }
  return found(needless, {
    severity: 'warning',
    code: 'alarms-without-run',
    what: (names) => `Alarms are set for runs that are not there: ${names}.`,
    remedy: 'Each drops itself when it goes off. After a table was put back to an earlier time this is to be expected.',
  });
};

const found = (
  names: readonly string[],
  { what, ...rest }: Omit<Finding, 'what'> & { readonly what: (names: string) => string },
): readonly Finding[] => (names.length === 0 ? [] : [{ ...rest, what: what(named(names)) }]);

const named = (all: readonly string[]): string => {
  const distinct = [...new Set(all)];
  const rest = distinct.length - MOST_NAMED;
  return `${distinct.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
};
const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;
