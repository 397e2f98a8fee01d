/**
 * The picture in sentences, for who cannot see it.
 *
 * Promises: names every step with its type, owner, due date and condition, what it comes after, and, where
 * there is one, its state; in an order in which everything named has been introduced.
 */

import type { Step, Workflow } from '../language/workflow.ts';
import {
  callWords,
  eachWords,
  plainExpression,
  plainMoment,
  plainSpan,
  plainTemplate,
  recipientWords,
  startWords,
  typeWord,
  waysBack,
} from '../wording.ts';
import { DESCRIPTION_WORDS, PICTURE_WORDS } from '../words.ts';
import type { Known } from './compose.ts';
import { wrap } from './measure.ts';
import { stateWord } from './states.ts';
import { orderOf } from './step-order.ts';

const words = DESCRIPTION_WORDS;

/** A title short enough to be listened to. */
const spoken = (text: string): string =>
  wrap(plainTemplate(text), 1600, { size: 13, weight: 'regular' }, 1).lines[0] ?? '';

const own = <T>(record: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const work = (step: Step, known: Known): string[] => {
  const { names } = known;
  switch (step.type) {
    case 'task':
      return [];
    case 'approval': {
      const roles = step.approvers.map(({ role, required, when }) =>
        words.approver(names.role(role), required, when === undefined ? undefined : plainExpression(when, names)),
      );
      const back = waysBack(step).map((way) => words.back(way.label, spoken(names.step(way.to))));
      return [words.asked(roles, step.rule), ...back, ...(step.on_reject === 'stop' ? [words.rejectedEnds] : [])];
    }
    case 'email':
      return [words.to(recipientWords(step.to, names))];
    case 'wait':
      return [
        step.until === undefined
          ? words.for(step.for === undefined ? PICTURE_WORDS.aWhile : plainSpan(step.for))
          : words.until(plainMoment(step.until)),
      ];
    case 'call':
      return [callWords(step.method, step.url)];
    case 'run':
      return [words.starts(step.workflow, step.wait)];
    case 'each':
      return [eachWords(step, names)];
  }
};

const sentences = (steps: readonly Step[], known: Known, nested: boolean): string[] => {
  const order = orderOf(steps);
  const byId = new Map(steps.map((step) => [step.id, step]));
  return order.sequence.flatMap((id) => {
    const step = byId.get(id);
    if (step === undefined) return [];
    const after = order.edges
      .filter((edge) => edge.to === id)
      .map((edge) => `“${spoken(known.names.step(edge.from))}”`);
    const due = own(known.due, id) ?? (step.due === undefined ? undefined : plainMoment(step.due));
    const state = own(known.states, id);
    const facts = [
      `${typeWord(step.type)} “${spoken(step.title)}”`,
      ...(step.phase === undefined ? [] : [words.phase(spoken(step.phase))]),
      after.length === 0 ? words.first(nested) : words.after(after),
      ...(step.when === undefined ? [] : [words.onlyIf(plainExpression(step.when, known.names))]),
      ...(step.owner === undefined ? [] : [words.owner(known.names.role(step.owner))]),
      ...work(step, known),
      ...(due === undefined ? [] : [words.due(due)]),
      ...(state === undefined ? [] : [words.state(stateWord(state))]),
    ];
    const sentence = `${facts.join('; ')}.`;
    return step.type === 'each' ? [sentence, words.within(sentences(step.steps, known, true).join(' '))] : [sentence];
  });
};

export const describeWorkflow = (workflow: Workflow, known: Known): string => {
  const starts = workflow.starts.map((start) => startWords(start).replace(/^./, (first) => first.toLowerCase()));
  return [
    words.begins(spoken(workflow.purpose), starts, known.names.role(workflow.lead)),
    ...sentences(workflow.steps, known, false),
    words.ends,
  ].join(' ');
};
