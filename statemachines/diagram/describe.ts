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
import type { Known } from './compose.ts';
import { wrap } from './measure.ts';
import { stateWord } from './states.ts';
import { orderOf } from './step-order.ts';

const listed = (words: readonly string[], joint = 'and'): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;

/** A title short enough to be listened to. */
const spoken = (text: string): string =>
  wrap(plainTemplate(text), 1600, { size: 13, weight: 'regular' }, 1).lines[0] ?? '';

const own = <T>(record: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const RULES = { all: 'all approve', any: 'any one approves', in_order: 'each approves in this order' } as const;

const work = (step: Step, known: Known): string[] => {
  const { names } = known;
  switch (step.type) {
    case 'task':
      return [];
    case 'approval': {
      const roles = step.approvers.map((approver) => {
        const asked = approver.when === undefined ? '' : ` if ${plainExpression(approver.when, names)}`;
        return `${names.role(approver.role)}${approver.required ? '' : ' (may comment)'}${asked}`;
      });
      const rule = typeof step.rule === 'object' ? `at least ${step.rule.at_least} approve` : RULES[step.rule];
      const back = waysBack(step).map((way) => `${way.label}: back to “${spoken(names.step(way.to))}”`);
      const stop = step.on_reject === 'stop' ? ['if rejected, the run ends'] : [];
      return [`asked are ${listed(roles)}${roles.length > 1 ? ` (${rule})` : ''}`, ...back, ...stop];
    }
    case 'email':
      return [`to ${recipientWords(step.to, names)}`];
    case 'wait':
      return [
        step.until === undefined
          ? `for ${step.for === undefined ? 'a while' : plainSpan(step.for)}`
          : `until ${plainMoment(step.until)}`,
      ];
    case 'call':
      return [callWords(step.method, step.url)];
    case 'run':
      return [`starts “${step.workflow}”${step.wait ? ' and waits for its end' : ''}`];
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
      ...(step.phase === undefined ? [] : [`in phase ${spoken(step.phase)}`]),
      after.length === 0 ? (nested ? 'first for each' : 'at the start') : `after ${listed(after)}`,
      ...(step.when === undefined ? [] : [`only if ${plainExpression(step.when, known.names)}`]),
      ...(step.owner === undefined ? [] : [`owner ${known.names.role(step.owner)}`]),
      ...work(step, known),
      ...(due === undefined ? [] : [`due ${due}`]),
      ...(state === undefined ? [] : [`state: ${stateWord(state).toLowerCase()}`]),
    ];
    const sentence = `${facts.join('; ')}.`;
    return step.type === 'each' ? [sentence, `Within it: ${sentences(step.steps, known, true).join(' ')}`] : [sentence];
  });
};

export const describeWorkflow = (workflow: Workflow, known: Known): string => {
  const starts =
    workflow.starts.length === 0
      ? 'by hand'
      : listed(
          workflow.starts.map((start) => startWords(start).replace(/^./, (first) => first.toLowerCase())),
          'or',
        );
  return [
    `${spoken(workflow.purpose)} Started ${workflow.starts.length === 0 ? starts : `by ${starts}`}; ${known.names.role(workflow.lead)} is accountable.`,
    ...sentences(workflow.steps, known, false),
    'Then the run ends.',
  ].join(' ');
};
