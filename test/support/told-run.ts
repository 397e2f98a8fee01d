/** A run that is told event by event, for what is folded from it. */
import { type EventOf, type EventType, eventSchemas, type RunEvent } from '../../functions/core/events.ts';
import { pack } from '../../functions/core/kept.ts';
import { foldRun, type Run } from '../../functions/core/run.ts';
import type { Library } from '../../statemachines/library.ts';
import { libraryWith } from './sandbox-journey.ts';

export const STEPS = `workflow: told
title: Told
purpose: Be told.
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
  languages: { type: choice, label: Languages, many: true, options: [en, pl, "no"], required: true }
steps:
  - { step: idea, title: Idea, owner: blog-writer, effort: 1h }
  - step: draft
    title: Draft
    owner: blog-writer
    effort: 1h
    fields: { words: { type: number, label: Words, required: true }, note: { type: text, label: Note } }
  - step: review
    title: Review
    type: approval
    of: draft
    approvers: [seo-strategist, legal]
    on_changes: { redo: draft, rounds: 2 }
  - step: translate
    title: Translate
    type: each
    over: inputs.languages
    as: language
    steps:
      - step: line
        title: One language
        owner: blog-writer
        effort: 1h
        fields: { letters: { type: number, label: Letters, required: true } }
      - step: proofs
        title: Proofs
        type: each
        over: "[1..2]"
        as: proof
        steps:
          - { step: proof-read, title: Read, owner: legal, effort: 1h, when: steps.line.letters > 3 }
  - { step: send, title: Send, owner: blog-writer, effort: 1h, when: steps.draft.words > 3 and $sum(steps.translate.line.letters) > 3 }
`;

let kept: string | undefined;
const library = (): Library => libraryWith(STEPS);
const packed = (): string => {
  const { outline } = library().workflows.get('told')?.compiled ?? {};
  kept ??= pack({ outline: outline as never, plan: { problem: 'none' }, people: {} });
  return kept;
};

let minute = 0;
/** Each a minute after the one before. */
export const event = <T extends EventType>(
  type: T,
  facts: Omit<EventOf<T>, 'type' | 'at' | 'proof'> & { readonly proof?: string },
): RunEvent => {
  minute += 1;
  const at = new Date(Date.parse('2027-03-01T09:00:00.000Z') + minute * 60_000).toISOString();
  const whole = { type, at, proof: 'verified', ...facts };
  eventSchemas[type].parse(whole);
  return whole as never;
};

export const requested = (people: { readonly [role: string]: string } = {}): RunEvent =>
  event('run-requested', {
    workflow: 'told',
    version: 'v1',
    inputs: { topic: 'Snow', languages: ['en', 'pl'] },
    people,
    started: { how: 'form', proof: 'link' },
    content: 'hash',
  });
export const opened = (): RunEvent => event('run-opened', { title: 'Snow', version: 'v1', kept: packed() });

export const step = (id: string, round = 1, item?: string): RunEvent =>
  event('step-opened', {
    step: id,
    round,
    ...(item === undefined ? {} : { item }),
    people: [{ person: 'ann', role: 'blog-writer', counts: true }],
    token: `token of ${id} ${round}`,
  });
export const done = (id: string, round = 1, item?: string, fields: { [name: string]: number } = {}): RunEvent =>
  event('step-finished', {
    step: id,
    round,
    ...(item === undefined ? {} : { item }),
    decision: 'done',
    by: 'ann',
    fields,
  });
export const runOf = (...events: readonly RunEvent[]): Run => {
  const run = foldRun('run-1', [requested(), opened(), ...events]);
  if (run?.opened === undefined) throw new Error('the run is not open');
  return run;
};
