/**
 * What a run has made of a step so far, in words that stand on its card. Promises: each state has its own word,
 * icon and border, so that none needs its colour to be told from the others.
 */
import { PICTURE_WORDS } from '../words.ts';

export type StepState =
  | 'waiting'
  | 'open'
  | 'late'
  | 'done'
  | 'approved'
  | 'changes'
  | 'rejected'
  | 'skipped'
  | 'failed';

export const stateWord = (state: StepState): string => PICTURE_WORDS.states[state];

/** The border of a card in black and white: how thick, and dashed how. */
export const STATE_BORDERS: { readonly [state in StepState]: { readonly width: number; readonly dash?: string } } = {
  waiting: { width: 1, dash: '2 4' },
  open: { width: 2.5 },
  late: { width: 3.5 },
  done: { width: 1.25 },
  approved: { width: 1.25 },
  changes: { width: 2.5, dash: '9 4' },
  rejected: { width: 2.5, dash: '2 3' },
  skipped: { width: 1, dash: '7 5' },
  failed: { width: 3.5, dash: '12 3 3 3' },
};
