/**
 * From an admission, and what is stored already, to the answer.
 *
 * Promises: a repeat gets the run that it started the first time (200), the same id with another body gets 409 and
 * changes nothing (W4); refusals look alike. An answer is data; whoever hosts it writes it out.
 * Hides: the words of the answers.
 */
import type { Admission, Intake } from './admit.ts';
import type { Header } from './delivery.ts';
import type { Problem } from './payload.ts';

/** What is stored under an intake's source and id. Kept for 95 days, longer than a run's name is taken. */
export type Earlier = Pick<Intake, 'bodyHash' | 'run' | 'problems'>;

export type AnswerBody = { readonly status: string; readonly run?: string; readonly problems?: readonly Problem[] };
export type Answer = {
  readonly status: 200 | 202 | 303 | 401 | 409 | 410 | 413 | 415 | 422 | 429;
  readonly headers: readonly Header[];
  readonly body: AnswerBody;
};

const NO_STORE: Header = ['cache-control', 'no-store'];

/** @param earlier what `findIntake` or `keepIntake` found; undefined when this delivery is the first with its id. */
export const settle = (admission: Admission, earlier: Earlier | undefined): Answer => {
  switch (admission.outcome) {
    case 'refused':
      return REFUSED[admission.status];
    case 'caught':
      return seeOther(admission.location);
    case 'misfit':
      return repeated(admission.intake, earlier) ?? misfit(admission.intake.problems);
    case 'admitted': {
      const again = repeated(admission.intake, earlier);
      // A person who sends a form twice sees the same page twice, not a protocol.
      if (admission.status === 303)
        return again !== undefined && again.status !== 200 ? again : seeOther(admission.location);
      return again ?? { status: 202, headers: [NO_STORE], body: { status: 'accepted', run: admission.intake.run } };
    }
  }
};

const repeated = (intake: Intake, earlier: Earlier | undefined): Answer | undefined => {
  if (earlier === undefined) return undefined;
  if (earlier.bodyHash !== intake.bodyHash)
    return { status: 409, headers: [NO_STORE], body: { status: 'this id came before with another body' } };
  if (earlier.problems.length > 0) return misfit(earlier.problems);
  return { status: 200, headers: [NO_STORE], body: { status: 'accepted before', run: earlier.run } };
};

const misfit = (problems: readonly Problem[]): Answer => ({
  status: 422,
  headers: [NO_STORE],
  body: { status: 'kept, but it starts nothing as it is', problems },
});

const seeOther = (location: string): Answer => ({
  status: 303,
  headers: [NO_STORE, ['location', location]],
  body: { status: 'see other' },
});

/** One answer for each status, whatever the reason was. RFC 9110 wants a challenge with every 401. */
const REFUSED = {
  401: { status: 401, headers: [NO_STORE, ['www-authenticate', 'Webhook']], body: { status: 'refused' } },
  410: { status: 410, headers: [NO_STORE], body: { status: 'gone' } },
  413: { status: 413, headers: [NO_STORE], body: { status: 'too large' } },
  415: { status: 415, headers: [NO_STORE], body: { status: 'unsupported type' } },
} as const satisfies { readonly [S in 401 | 410 | 413 | 415]: Answer };

/** The throttle and the daily cap are a port's (W8); this is what they answer. */
export const throttled = (seconds: number): Answer => ({
  status: 429,
  headers: [NO_STORE, ['retry-after', String(Math.max(1, Math.ceil(seconds)))]],
  body: { status: 'too many' },
});
