/**
 * The colours, by light and by dark, and the style sheet that chooses between them.
 *
 * Promises: text stands out from its paper by at least 4.5 to 1, lines by 3 to 1 (WCAG AA); on paper it is always
 * the light set. A page may set any `--runsheet-…` property itself to dress the picture in its own colours.
 */

import type { StepState } from './states.ts';

export type Paint =
  | 'page'
  | 'ink'
  | 'muted'
  | 'accent'
  | 'card'
  | 'automatic'
  | 'container'
  | 'edge'
  | 'area'
  | 'area-edge'
  | 'wire'
  | 'back'
  | StepState
  | `${StepState}-paper`;

type Palette = { readonly [paint in Paint]: string };

export const LIGHT: Palette = {
  page: '#ffffff',
  ink: '#1c2733',
  muted: '#556270',
  accent: '#2b5c8a',
  card: '#ffffff',
  automatic: '#f1f5f9',
  container: '#fafbfc',
  edge: '#7d8b99',
  area: '#eef2f6',
  'area-edge': '#8fa1b3',
  wire: '#66747f',
  back: '#9a5b13',
  waiting: '#66727e',
  'waiting-paper': '#ffffff',
  open: '#1d5fa8',
  'open-paper': '#eaf3fc',
  late: '#b3470c',
  'late-paper': '#fdf0e4',
  done: '#2c6e49',
  'done-paper': '#ecf6ef',
  approved: '#2c6e49',
  'approved-paper': '#ecf6ef',
  changes: '#875800',
  'changes-paper': '#fcf5df',
  rejected: '#ad2430',
  'rejected-paper': '#fcedee',
  skipped: '#66727e',
  'skipped-paper': '#f5f6f8',
  failed: '#ad2430',
  'failed-paper': '#fcedee',
};

export const DARK: Palette = {
  page: '#12181f',
  ink: '#e8edf2',
  muted: '#a6b2bf',
  accent: '#8dbdea',
  card: '#1d2630',
  automatic: '#222f3c',
  container: '#182029',
  edge: '#74828f',
  area: '#19222c',
  'area-edge': '#5d7085',
  wire: '#93a1ae',
  back: '#e0a860',
  waiting: '#9aa6b2',
  'waiting-paper': '#1a222b',
  open: '#7fb8f0',
  'open-paper': '#16304b',
  late: '#f5a56b',
  'late-paper': '#43290f',
  done: '#7fcb9c',
  'done-paper': '#15342a',
  approved: '#7fcb9c',
  'approved-paper': '#15342a',
  changes: '#e3bd5c',
  'changes-paper': '#3a2f10',
  rejected: '#f28f97',
  'rejected-paper': '#451c22',
  skipped: '#9aa6b2',
  'skipped-paper': '#1a222b',
  failed: '#f28f97',
  'failed-paper': '#451c22',
};

const paints = Object.keys(LIGHT) as Paint[];

/** The class of the root, under which all rules stand, so that they touch nothing else on a page. */
export const ROOT_CLASS = 'runsheet-diagram';

const values = (palette: Palette): string =>
  paints.map((paint) => `--rs-${paint}:var(--runsheet-${paint},${palette[paint]})`).join(';');

export const styleSheet = (): string => {
  const root = `.${ROOT_CLASS}`;
  const rules = paints.map(
    (paint) => `${root} .rs-f-${paint}{fill:var(--rs-${paint})}${root} .rs-s-${paint}{stroke:var(--rs-${paint})}`,
  );
  return [
    `${root}{${values(LIGHT)}}`,
    `@media (prefers-color-scheme:dark){${root}{${values(DARK)}}}`,
    `@media print{${root}{${values(LIGHT)}}}`,
    ...rules,
  ].join('\n');
};
