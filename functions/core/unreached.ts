/**
 * Somebody whom the mail about their step does not reach: refused when it was sent, or come back later.
 *
 * Promises: the step is flagged, and the lead told now and not when it is due (trust.md, Mail); once for each person and
 * opening.
 */
import { SAID } from '../words/said.ts';
import { type Opening, openingKey, openingOf } from './events.ts';
import { leadOf, nameOf } from './people.ts';
import type { Ports } from './ports.ts';
import type { Recorder } from './recording.ts';
import type { Run } from './run.ts';
import { titleIn } from './run-texts.ts';

/** @param told `what` became of the mail; `open`: only as long as the step is still open. */
export const noteUnreached = async (
  { ports, record }: { readonly ports: Ports; readonly record: Recorder },
  run: Run,
  opening: Opening,
  person: string,
  {
    what,
    reason,
    open,
  }: { readonly what: keyof typeof SAID.notice.mail; readonly reason: string; readonly open: boolean },
): Promise<void> => {
  const lead = await leadOf(ports, run, ports.clock.now());
  const title = await titleIn(ports, run, opening);
  const owed = lead
    .filter((one) => one.person !== person)
    .map((one) => ({
      id: `notice ${one.person}`,
      kind: 'notice',
      person: one.person,
      headline: SAID.notice.unreached(nameOf(ports, run, person)),
      lines: [SAID.notice.mail[what](title, reason), SAID.notice.mendAddress],
      steer: true,
    }));
  await record<void>(ports, run.id, (now) => {
    const still =
      now?.opened === undefined || now.finished !== undefined ? undefined : now.openings.get(openingKey(opening));
    const counts = still !== undefined && (!open || still.state === 'open');
    const isNews = counts && !still.refusedMails.some((one) => one.person === person);
    const event = { type: 'mail-refused', ...openingOf(opening), person, reason } as const;
    return { ...(isNews ? { record: { event, owed } } : {}), result: undefined };
  });
};
