/**
 * Putting a step before the lead, when those who were asked cannot or will not end it.
 */
import { type Asked, type EventOf, openingOf } from './events.ts';
import type { Owed } from './history.ts';
import { leadOf, nameOf } from './people.ts';
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
  const to = await leadOf(ports, run, now);
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
  const headline = opening.referred?.why === 'expired' ? 'was not answered in time' : 'needs you';
  return {
    id: `notice ${person}`,
    kind: 'notice',
    person,
    headline: `“${title}” ${headline}`,
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
      return 'All rounds for changes are used up, so you decide as the lead.';
    case 'stuck':
      return `Those who are asked (${asked || 'nobody'}) can no longer reach a decision, so you decide as the lead.`;
    case 'nobody':
      return 'Nobody holds the role that is asked here, so you decide as the lead.';
    case 'expired':
      return `${asked || 'Nobody'} did not answer in time. You can extend it, give it to somebody else, skip it where that is possible, or cancel the run.`;
    case 'failed':
      return `It could not be done: ${opening.referred.reason ?? 'no answer'}`;
    default:
      return '';
  }
};
