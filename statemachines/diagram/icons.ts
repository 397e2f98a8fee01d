/**
 * The drawn signs: icons in a square of 14, and the outlines by which the types of step are told apart
 * without colour. All are bare path data; who paints chooses stroke and colour.
 */

import type { StepType } from '../language/workflow.ts';
import type { StepState } from './states.ts';

export type IconName =
  | StepType
  | StepState
  | 'person'
  | 'approvers'
  | 'recipient'
  | 'clock'
  | 'calendar'
  | 'arrow'
  | 'diamond'
  | 'stop'
  | 'form'
  | 'hook'
  | 'every'
  | 'hand';

const CLOCK = 'M7 1.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11zM7 4v3.2l2.3 1.4';
const RING = 'M7 1a6 6 0 1 1 0 12a6 6 0 1 1 0-12z';

/** Every sign is meant for a stroke of about 1.4 without fill. */
export const ICONS: { readonly [name in IconName]: string } = {
  task: 'M3 2h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zM4.5 7l2 2l3.2-4',
  approval:
    'M7 1a2.3 2.3 0 0 1 1.3 4.2C7.8 5.6 8 6.8 8.2 7.5H11V10H3V7.5h2.8C6 6.8 6.2 5.6 5.7 5.2A2.3 2.3 0 0 1 7 1zM3 12.7h8',
  email: 'M1.5 3h11v8.5h-11zM1.5 3.5L7 8l5.5-4.5',
  wait: 'M3 1.5h8M3 12.5h8M4 1.5v2.3L7 7l3-3.2V1.5M4 12.5v-2.3L7 7l3 3.2v2.3',
  call: 'M1.5 4.7h10.5L9.3 2M12.5 9.3H2L4.7 12',
  run: 'M1.5 2h4.5v4H1.5zM8 8h4.5v4H8zM3.7 6v4H8',
  each: 'M4.5 4.5h8v8h-8zM2 10V2h8',
  person: 'M7 1.7a2.6 2.6 0 1 1 0 5.2a2.6 2.6 0 1 1 0-5.2zM1.8 12.8c.2-2.6 2.2-3.9 5.2-3.9s5 1.3 5.2 3.9',
  approvers:
    'M5 2.2a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 1 1 0-4.4zM.8 12c.2-2.2 1.8-3.4 4.2-3.4c1.2 0 2.2.3 2.9.9M8.3 10.8l1.7 1.7l3.2-4',
  recipient: 'M7 4.3a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 1 1 0-5.4zM9.7 4.5v3.7c0 2.2 3 2 3-1.2a5.7 5.7 0 1 0-2.3 4.6',
  clock: CLOCK,
  calendar: 'M2 3h10v9.5H2zM2 6h10M4.7 1.3v3M9.3 1.3v3',
  arrow: 'M1.5 7h10.5M8.5 3.5L12 7l-3.5 3.5',
  diamond: 'M7 1.2L12.8 7L7 12.8L1.2 7z',
  stop: 'M4.6 1.2h4.8l3.4 3.4v4.8l-3.4 3.4H4.6L1.2 9.4V4.6zM5 5l4 4M9 5l-4 4',
  form: 'M3 1.5h8v11H3zM5 4.5h4M5 7h4M5 9.5h2.3',
  hook: 'M8.3 1.3L3.2 8H7l-1.3 4.7L10.8 6H7z',
  every: CLOCK,
  hand: 'M4 2.2l7.3 4.8L4 11.8z',
  waiting: `${RING}M4.4 7h.01M7 7h.01M9.6 7h.01`,
  open: `${RING}M5.5 4.3l4 2.7l-4 2.7z`,
  late: 'M7 1.3L13.2 12.5H.8zM7 5.2v3.6M7 10.6h.01',
  done: 'M1.8 7.5l3.4 3.4l7-8',
  approved: 'M.8 7.7l3 3l5.6-7M6.7 9.6l1.2 1.1l5.5-7',
  changes: 'M4.7 2L1.7 5l3 3M2 5h6.5a3.5 3.5 0 0 1 0 7H5',
  rejected: 'M2.7 2.7l8.6 8.6M11.3 2.7l-8.6 8.6',
  skipped: 'M2 3l5 4l-5 4zM8.2 3l5 4l-5 4z',
  failed: 'M4.6 1.2h4.8l3.4 3.4v4.8l-3.4 3.4H4.6L1.2 9.4V4.6zM7 4v3.6M7 9.9h.01',
};

const rounded = (w: number, h: number, r: number): string =>
  `M${r} 0H${w - r}A${r} ${r} 0 0 1 ${w} ${r}V${h - r}A${r} ${r} 0 0 1 ${w - r} ${h}H${r}A${r} ${r} 0 0 1 0 ${h - r}V${r}A${r} ${r} 0 0 1 ${r} 0Z`;

/** The edge of a card of the given type and size. */
export const outline = (type: StepType, w: number, h: number): string => {
  switch (type) {
    case 'task':
    case 'run':
      return rounded(w, h, 6);
    case 'each':
      return rounded(w, h, 10);
    case 'approval':
      return `M10 0H${w - 10}L${w} 10V${h - 10}L${w - 10} ${h}H10L0 ${h - 10}V10Z`;
    case 'email':
      return `M0 0H${w - 12}L${w} 12V${h}H0Z`;
    case 'wait':
      return rounded(w, h, 22);
    case 'call':
      return `M0 0H${w}V${h}H0Z`;
  }
};

/** Lines beside the edge that tell a type: a second wall for a call, sheets behind for what stands for more. */
export const ornament = (type: StepType, w: number, h: number): string | undefined => {
  if (type === 'call') return `M6 0V${h}M${w - 6} 0V${h}`;
  if (type === 'email') return `M${w - 12} 0V12H${w}`;
  if (type === 'run' || type === 'each') return `M8 -4H${w - 8}M16 -8H${w - 16}`;
  return undefined;
};
