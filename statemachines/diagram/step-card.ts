/**
 * The card of one step: what is written on it, where, and how large it becomes.
 *
 * Promises: every label and icon lies inside the card and on none of the others; what does not fit ends in an
 * ellipsis, and the whole of it is in `full`. Positions count from the upper left corner.
 * Hides: which of a step's facts are worth a line on the wall.
 */

import type { Approver, Step } from '../language/workflow.ts';
import {
  callWords,
  eachWords,
  type Names,
  plainExpression,
  plainMoment,
  plainSpan,
  plainTemplate,
  recipientWords,
  ruleWords,
  typeWord,
} from '../wording.ts';
import { PICTURE_WORDS } from '../words.ts';
import type { IconName } from './icons.ts';
import { readsRightToLeft, type Type, wrap } from './measure.ts';
import type { StepState } from './states.ts';
import { stateWord } from './states.ts';

export type Tone = 'ink' | 'muted' | 'accent' | 'state';

export type Label = {
  readonly text: string;
  /** The edge that the text starts from: the left one, or the right one when it reads from right to left. */
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly type: Type;
  readonly tone: Tone;
  readonly rightToLeft: boolean;
  /** Ends at `x` instead of starting there. */
  readonly ends: boolean;
};
export type Icon = { readonly name: IconName; readonly x: number; readonly y: number; readonly tone: Tone };

export type Writing = { readonly labels: readonly Label[]; readonly icons: readonly Icon[]; readonly height: number };

export type Card = Writing & {
  readonly width: number;
  /** All that the card would say, had it the room; only when something was shortened. */
  readonly full?: string;
};

export const CARD_WIDTH = 248;
export const ICON_SIZE = 14;
/** Where arrows meet a card: at the height of its first line, so that neighbours stand on one line. */
export const CARD_PORT = 34;

const PADDING = { side: 16, top: 13, bottom: 13 } as const;
const INDENT = 21;
const SMALL: Type = { size: 12, weight: 'regular' };
const SMALL_BOLD: Type = { size: 12, weight: 'bold' };
const NORMAL: Type = { size: 13, weight: 'regular' };
const TITLE: Type = { size: 15, weight: 'bold' };

export const lineHeight = (type: Type): number => Math.ceil(type.size * 1.3);
/** From the top of a line to its baseline. */
export const ascent = (type: Type): number => Math.ceil(type.size * 1.02);

/** One line of `whole`, whose direction it takes; `room` is the width of the paragraph. */
export const label = (
  text: string,
  x: number,
  y: number,
  room: number,
  type: Type,
  tone: Tone,
  whole = text,
): Label => {
  const rightToLeft = readsRightToLeft(whole);
  return { text, x: rightToLeft ? x + room : x, y, type, tone, rightToLeft, ends: false };
};

type Row = {
  readonly text: string;
  readonly type: Type;
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly lines: number;
  readonly space: number;
  readonly indent: boolean;
};

const row = (text: string, icon: IconName | undefined, more: Partial<Row> = {}): Row => ({
  text,
  type: NORMAL,
  tone: 'ink',
  lines: 2,
  space: 5,
  indent: true,
  ...(icon === undefined ? {} : { icon }),
  ...more,
});

const words = PICTURE_WORDS;
const APPROVERS_SHOWN = 6;

const approverRows = (approvers: readonly Approver[], numbered: boolean, names: Names): Row[] => {
  const shown = approvers.length > APPROVERS_SHOWN ? approvers.slice(0, APPROVERS_SHOWN - 1) : approvers;
  const rows = shown.map((approver, index) => {
    const asked = approver.when === undefined ? '' : words.asked(plainExpression(approver.when, names));
    const counts = approver.required ? '' : words.mayComment;
    return row(`${numbered ? `${index + 1}. ` : ''}${names.role(approver.role)}${counts}${asked}`, undefined, {
      space: 2,
    });
  });
  const rest = approvers.length - shown.length;
  return rest === 0 ? rows : [...rows, row(words.more(rest), undefined, { space: 2 })];
};

const workRows = (step: Step, names: Names): Row[] => {
  const quiet = { tone: 'muted', type: SMALL } as const;
  switch (step.type) {
    case 'task':
      return [];
    case 'approval': {
      const head = row(ruleWords(step.rule, step.approvers.length), 'approvers', quiet);
      return [head, ...approverRows(step.approvers, step.rule === 'in_order' && step.approvers.length > 1, names)];
    }
    case 'email':
      return [row(words.to(recipientWords(step.to, names)), 'recipient', { lines: 3 })];
    case 'wait': {
      const span =
        step.until === undefined
          ? words.for(step.for === undefined ? words.aWhile : plainSpan(step.for))
          : words.until(plainMoment(step.until));
      return [row(span, 'clock')];
    }
    case 'call':
      return [row(callWords(step.method, step.url), 'arrow')];
    case 'run':
      return [row(words.starts(step.workflow, step.wait), 'arrow')];
    case 'each':
      return [row(eachWords(step, names).replace(/^e/, 'E'), 'clock', { ...quiet, icon: 'each' })];
  }
};

const rowsOf = (step: Step, names: Names, due: string | undefined): Row[] => {
  const rows: Row[] = [row(plainTemplate(step.title), undefined, { type: TITLE, lines: 4, indent: false, space: 6 })];
  if (step.when !== undefined)
    rows.push(row(words.onlyIf(plainExpression(step.when, names)), 'diamond', { type: SMALL, space: 6 }));
  if (step.owner !== undefined) rows.push(row(names.role(step.owner), 'person', { space: 7 }));
  rows.push(...workRows(step, names));
  const when = due ?? (step.due === undefined ? undefined : plainMoment(step.due));
  if (when !== undefined) rows.push(row(when.replace(/^o/, 'O'), 'calendar', { tone: 'muted', type: SMALL, space: 6 }));
  if (step.type === 'approval' && step.on_reject === 'stop') {
    rows.push(row(words.rejectedEnds, 'stop', { tone: 'muted', type: SMALL, space: 6 }));
  }
  return rows;
};

/** Writes a step on a card at least `width` wide. */
export const writeCard = (
  step: Step,
  names: Names,
  due: string | undefined,
  state: StepState | undefined,
  width = CARD_WIDTH,
): Card => {
  const labels: Label[] = [];
  const icons: Icon[] = [{ name: step.type, x: PADDING.side, y: PADDING.top, tone: 'accent' }];
  const shortened: string[] = [];
  const inner = width - 2 * PADDING.side;
  let y = PADDING.top;
  labels.push(label(typeWord(step.type), PADDING.side + INDENT, y + ascent(SMALL), inner, SMALL, 'muted'));
  if (state !== undefined) {
    const word = stateWord(state);
    const edge = width - PADDING.side - ICON_SIZE;
    icons.push({ name: state, x: edge, y: PADDING.top, tone: 'state' });
    labels.push({
      text: word,
      x: edge - 6,
      y: PADDING.top + ascent(SMALL),
      type: SMALL_BOLD,
      tone: 'state',
      rightToLeft: false,
      ends: true,
    });
  }
  y += lineHeight(SMALL);
  for (const { text, type, tone, icon, lines, space, indent } of rowsOf(step, names, due)) {
    const left = PADDING.side + (indent ? INDENT : 0);
    const room = width - PADDING.side - left;
    const wrapped = wrap(text, room, type, lines);
    if (wrapped.shortened) shortened.push(text);
    if (wrapped.lines.length === 0) continue;
    y += space;
    if (icon !== undefined)
      icons.push({ name: icon, x: PADDING.side, y: y + Math.round((lineHeight(type) - ICON_SIZE) / 2), tone: 'muted' });
    for (const line of wrapped.lines) {
      labels.push(label(line, left, y + ascent(type), room, type, tone, text));
      y += lineHeight(type);
    }
  }
  const card = { labels, icons, width, height: y + PADDING.bottom };
  return shortened.length === 0 ? card : { ...card, full: shortened.join('\n') };
};
