/**
 * Putting a step before the lead, when those who were asked cannot or will not end it.
 */
import { type Asked, type EventOf, openingOf } from './events.ts';
import { leadOf, nameOf, titleOfRole } from './people.ts';
import type { Ports } from './ports.ts';
import type { Recorded } from './recording.ts';
import type { Run, StepOpening } from './run.ts';

type Why = EventOf<'decision-referred'>['why'];

export const refer = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  opening: StepOpening,
  why: Why,
  now: string,
  reason?: string,
): Promise<Recorded> => {
  const to = await leadOf(ports, run, now);
  return {
    event: {
      type: 'decision-referred',
      ...openingOf(opening),
      why,
      to: [...to],
      ...(reason === undefined ? {} : { reason }),
    },
    owed: to.map((asked) => ({
      id: `mail ${asked.person}`,
      kind: 'step-mail',
      person: asked.person,
      why: 'referred',
      ...(openingOf(opening) as { step: string; round: number }),
    })),
  };
};

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

export const roleOf = (ports: Pick<Ports, 'catalogue'>, opening: StepOpening, person: string): string => {
  const asked = [...(opening.referred?.to ?? []), ...opening.people].find((one) => one.person === person);
  return asked === undefined ? '' : titleOfRole(ports, asked.role);
};
