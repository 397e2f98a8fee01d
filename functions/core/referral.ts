/**
 * Putting a step before the lead, when those who were asked cannot or will not end it.
 */
import { SAID } from '../words/said.ts';
import { doersOf } from './ballots.ts';
import { type Asked, type EventOf, openingOf } from './events.ts';
import type { Owed } from './history.ts';
import { leadOf, nameOf, overseersBut } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Recorded } from './recording.ts';
import type { Run, StepOpening } from './run.ts';
import { titleIn } from './run-texts.ts';

type Why = EventOf<'decision-referred'>['why'];

export const refer = async (
  ports: Pick<Ports, 'catalogue' | 'records' | 'settings'>,
  run: Run,
  opening: StepOpening,
  why: Why,
  now: string,
  reason?: string,
): Promise<Recorded> => {
  const to = await decidersOf(ports, run, opening, now);
  const title = await titleIn(ports, run, opening);
  return {
    event: {
      type: 'decision-referred',
      ...openingOf(opening),
      why,
      to: [...to],
      ...(reason === undefined ? {} : { reason }),
    },
    owed: to.map(({ person }) =>
      toldOf(ports, run, { ...opening, referred: asReferred(why, to, reason) }, title, person),
    ),
  };
};

/** The lead; and where they have done what is judged, whoever leads the team besides, who alone may approve it (L14). */
const decidersOf = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  opening: StepOpening,
  now: string,
): Promise<readonly Asked[]> => {
  const lead = await leadOf(ports, run, now);
  const step = stepOf(run, opening.step);
  const doers = step?.type === 'approval' ? doersOf(run, step, opening) : [];
  const [first] = lead;
  if (first === undefined || lead.some(({ person }) => !doers.includes(person))) return lead;
  const others = overseersBut(doers, ports, now);
  return [...lead, ...others.map((person) => ({ person, role: first.role, counts: true }))];
};

/** A vote is the lead's to decide, on the page of the step; everything else is to be steered. */
const toldOf = (
  ports: Pick<Ports, 'catalogue'>,
  run: Run,
  opening: StepOpening,
  title: string,
  person: string,
): Owed => {
  const step = stepOf(run, opening.step);
  if (step?.type === 'approval' && opening.referred?.why !== 'expired')
    return { id: `mail ${person}`, kind: 'step-mail', person, why: 'referred', ...(openingOf(opening) as Named) };
  return {
    id: `notice ${person}`,
    kind: 'notice',
    person,
    headline: opening.referred?.why === 'expired' ? SAID.notice.expired(title) : SAID.notice.needsYou(title),
    lines: [whyReferred(ports, run, opening)],
    steer: true,
  };
};
type Named = { readonly step: string; readonly round: number };

/** The referral as it will stand in the history, for the words of the mail about it. */
const asReferred = (why: Why, to: readonly Asked[], reason: string | undefined): NonNullable<StepOpening['referred']> =>
  ({ type: 'decision-referred', why, to, ...(reason === undefined ? {} : { reason }) }) as never;

/** Why it is the lead's, in a sentence. */
export const whyReferred = (ports: Pick<Ports, 'catalogue'>, run: Run, opening: StepOpening): string => {
  const asked = opening.people.map(({ person }: Asked) => nameOf(ports, run, person)).join(', ');
  switch (opening.referred?.why) {
    case 'rounds':
      return SAID.referred.rounds;
    case 'stuck':
      return SAID.referred.stuck(asked);
    case 'nobody':
      return SAID.referred.nobody;
    case 'expired':
      return SAID.referred.expired(asked);
    case 'failed':
      return SAID.referred.failed(opening.referred.reason);
    default:
      return '';
  }
};
