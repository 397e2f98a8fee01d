/**
 * Doing what is owed: each effect after its event, and settled when it is done.
 *
 * Promises: an effect that fails stays owed, and harms no other; one that is done again does no harm. A mail is claimed
 * before it is sent, so that two workers do not both send it. A run's card is brought up to date before the last of its
 * effects is settled, so that no crash leaves it behind.
 * Hides: which port does what.
 */

import { SAID } from '../words/said.ts';
import { setAlarm } from './alarm-setting.ts';
import { askedOf } from './ballots.ts';
import { brief } from './brief.ts';
import { callSystem } from './calls.ts';
import { refreshCard, tidyWork } from './cards.ts';
import { endChild, startChild, tellParent } from './child-runs.ts';
import { ending } from './ending.ts';
import { type Opening, openingKey, openingOf, WHOLE_RUN } from './events.ts';
import { gather } from './gathering.ts';
import { type Owed, TryAgain } from './history.ts';
import { issueLink, type LinkTarget } from './links.ts';
import { mailIdOf } from './mail-id.ts';
import { contactOf } from './people.ts';
import type { Mail, Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Recorder } from './recording.ts';
import type { Requested, Run, StepOpening } from './run.ts';
import { runUrl, textsFor } from './run-texts.ts';
import { startInputOf } from './start-input.ts';
import { escapeMarkdown } from './texts.ts';
import { noteUnreached } from './unreached.ts';

type Doing = {
  readonly ports: Ports;
  readonly record: Recorder;
  /** What an earlier attempt may have left behind is looked for. */
  readonly tidy?: true;
  /** The card shows nothing of the event, and so stays as it is. */
  readonly unshown?: boolean;
};
/** What is being done, and where it stands: which event owes it. */
type Deed = Doing & { readonly run: Requested | Run; readonly number: number; readonly owed: Owed };

/** How long a worker has for a mail before another may take it. */
const CLAIM_MS = 120_000;

/** A mail should not go again because a card could not be written. */
const MAILS: ReadonlySet<string> = new Set(['step-mail', 'notice', 'authored']);

/** The card shows a run as it is: some effect that is no mail stays owed until it does, or the card itself is owed. */
export const withCard = (debts: readonly Owed[]): readonly Owed[] =>
  debts.some(({ kind }) => !MAILS.has(kind)) ? debts : [...debts, { id: 'card', kind: 'card' }];

/** Does all that one event owes; what fails stays owed. @returns how many were done. */
export const performAll = async (
  doing: Doing,
  run: Requested | Run,
  number: number,
  debts: readonly Owed[],
): Promise<number> => {
  const { ports } = doing;
  const card = attempt(ports, run.id, 'card', async () => {
    if (doing.unshown === true) return true;
    await refreshCard(ports, run);
    if (doing.tidy === true) await tidyWork(ports, run);
    return true;
  });
  const holder = debts.find(({ kind }) => !MAILS.has(kind));
  const done = debts.map((owed) =>
    attempt(ports, run.id, owed.kind, async () => {
      const isDone = (await perform({ ...doing, run, number, owed })) && (owed !== holder || (await card));
      if (isDone) await ports.history.settle(run.id, number, owed.id);
      return isDone;
    }),
  );
  const [, ...outcomes] = await Promise.all([card, ...done]);
  return outcomes.filter(Boolean).length;
};

const attempt = async (ports: Ports, run: string, kind: string, work: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await work();
  } catch (cause) {
    // It stays owed, and the sweeper comes back to it.
    if (cause instanceof TryAgain) ports.log.warn('an effect is put off', { run, kind });
    else ports.log.error('an effect failed', cause, { run, kind });
    return false;
  }
};

/** @returns false: somebody else is at it. */
const perform = async (deed: Deed): Promise<boolean> => {
  const { owed, ports, run } = deed;
  switch (owed.kind) {
    case 'start':
      return start(deed);
    case 'succeed':
      await ports.machines.succeed(text(owed.token), owed.output ?? {});
      return true;
    case 'fail':
      await ports.machines.fail(text(owed.token), text(owed.error), text(owed.cause));
      return true;
    case 'parent':
      await tellParent(deed, run, text(owed.outcome));
      return true;
    case 'card':
      return true;
    case 'notice':
      return notice(deed);
    default:
      return run.opened === undefined ? true : performForStep({ ...deed, run });
  }
};

const performForStep = async (deed: Deed & { readonly run: Run }): Promise<boolean> => {
  const { owed, ports, run } = deed;
  const opening = run.openings.get(openingKey(openingIn(owed)));
  if (opening === undefined) return true;
  switch (owed.kind) {
    case 'alarm':
      await setAlarm(ports, run, opening);
      return true;
    case 'step-mail':
      return stepMail(deed, opening);
    case 'gather':
      await gather(ports, run.id, deed.number, owed);
      return true;
    case 'authored':
      return authored(deed, opening);
    case 'call':
      return callSystem(deed, opening);
    case 'child':
      await startChild(deed, opening);
      return true;
    case 'end-child':
      await endChild(deed, opening);
      return true;
    default:
      ports.log.warn('an effect of an unknown kind', { run: run.id, kind: owed.kind });
      return true;
  }
};

const text = (value: unknown): string => String(value ?? '');
/** What is owed for an opening names it: it was written here, and so is read without doubting it. */
const openingIn = (owed: Owed): Opening => openingOf(owed as Owed & Opening);

const start = async ({ ports, record, run }: Deed): Promise<boolean> => {
  if (run.finished !== undefined || run.opened !== undefined) return true;
  const { workflow } = run.requested;
  const published = ports.catalogue.workflows.get(workflow);
  const outcome =
    published === undefined
      ? 'no-machine'
      : await ports.machines.start(workflow, run.id, startInputOf(run, published.outline, runUrl(ports, run.id)));
  if (outcome === 'started') return true;
  ports.log.error('a run could not be started', new Error(outcome), { run: run.id, workflow });
  const reason = outcome === 'no-machine' ? SAID.reason.noWorkflow(workflow) : SAID.reason.otherStart;
  await record<void>(ports, run.id, async (now, at) =>
    now === undefined || now.finished !== undefined || now.opened !== undefined
      ? { result: undefined }
      : { record: await ending(ports, now, at, 'failed', reason), result: undefined },
  );
  return true;
};

/** Claims, sends, and says whether it is done. */
const send = async (
  { ports, record, run, number, owed }: Deed,
  mail: (id: string) => Promise<Omit<Mail, 'id'>>,
): Promise<boolean> => {
  const now = ports.clock.now();
  const until = new Date(Date.parse(now) + CLAIM_MS).toISOString();
  if (!(await ports.history.claim(run.id, number, owed.id, until, now))) return false;
  const id = mailIdOf({ run: run.id, number, owed: owed.id });
  const outcome = await ports.mailbox.send({ id, ...(await mail(id)) });
  if (outcome !== 'sent') await noteRefused({ ports, record, run, number, owed }, outcome.refused);
  return true;
};

/** The step is flagged, and the lead told now and not when it is due (trust.md, Mail). */
const noteRefused = async ({ ports, record, run, owed }: Deed, reason: string): Promise<void> => {
  ports.log.warn('a mail was refused', { run: run.id, kind: owed.kind });
  const person = text(owed.person);
  if (owed.kind !== 'step-mail' || run.opened === undefined) return;
  const opening = openingIn(owed);
  await noteUnreached({ ports, record }, run, opening, person, { what: 'refused', reason, open: true });
};

const thread = (run: string): string => `run.${run}@runsheet`;

const stepMail = async (deed: Deed & { readonly run: Run }, opening: StepOpening): Promise<boolean> => {
  const { ports, run, owed } = deed;
  const person = text(owed.person);
  const step = stepOf(run, opening.step);
  const contact = contactOf(ports, run, person);
  // Nothing after an answer: whoever owes nothing any more is not mailed, however late this is done.
  if (
    !askedOf(run, opening).includes(person) ||
    step === undefined ||
    contact === undefined ||
    (step.type !== 'task' && step.type !== 'approval')
  )
    return true;
  return send(deed, async (mail) => {
    const briefing = await brief(ports, run, opening, person, ports.clock.now());
    const link = await issueLink(ports, { run: run.id, person, ...openingIn(owed), mail } as LinkTarget);
    const why = owed.why === 'reassigned' || owed.why === 'due-moved' || owed.why === 'new-link' ? owed.why : 'opened';
    return {
      lane: step.type === 'approval' ? ('approval' as const) : ('task' as const),
      to: { name: contact.name, email: contact.email },
      thread: thread(run.id),
      ...ports.mails.step(briefing, link, why),
    };
  });
};

const notice = async (deed: Deed): Promise<boolean> => {
  const { ports, run, owed } = deed;
  const person = text(owed.person);
  const contact =
    run.opened === undefined
      ? ports.catalogue.team.people.find(({ id }) => id === person)
      : contactOf(ports, run, person);
  if (contact === undefined) return true;
  return send(deed, async () => {
    const workflow =
      ports.catalogue.workflows.get(run.requested.workflow)?.outline.workflow.title ?? run.requested.workflow;
    const action =
      owed.steer === true
        ? {
            label: SAID.notice.seeRun,
            link: await issueLink(ports, { run: run.id, step: WHOLE_RUN, round: 1, person }),
          }
        : undefined;
    return {
      lane: 'task' as const,
      to: { name: contact.name, email: contact.email },
      thread: thread(run.id),
      ...ports.mails.notice({
        reader: contact.name,
        run: { title: run.opened?.title ?? workflow, workflow, url: runUrl(ports, run.id) },
        headline: text(owed.headline),
        lines: (owed.lines as readonly string[] | undefined) ?? [],
        ...(action === undefined ? {} : { action }),
      }),
    };
  });
};

/** What an `email` step says, to one of those that it is for. */
const authored = async (deed: Deed & { readonly run: Run }, opening: StepOpening): Promise<boolean> => {
  const { ports, run, owed } = deed;
  const step = stepOf(run, opening.step);
  if (step?.type !== 'email') return true;
  const person = owed.person === undefined ? undefined : contactOf(ports, run, text(owed.person));
  const to = person === undefined ? { email: text(owed.address) } : { name: person.name, email: person.email };
  if (to.email === '') return true;
  const texts = textsFor(ports, run, opening);
  return send(deed, async () => ({
    lane: 'task' as const,
    to,
    thread: thread(run.id),
    ...ports.mails.authored(await texts.text(step.subject), await texts.text(step.body, escapeMarkdown)),
  }));
};
