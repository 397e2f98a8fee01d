/**
 * Small pictures beside numbers: a bar of hours, of lateness, of a span of time.
 *
 * Promises: each stands beside text that says the same, so that they are hidden from readers who do not see them; no
 * colour of its own, everything by class. Rows that are drawn on one scale can be compared.
 */
import { type Markup, markup } from './markup.ts';

const WIDTH = 1_000;

const within = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.round(Math.min(1, Math.max(0, part / whole)) * WIDTH);

const picture = (kind: string, inner: Markup): Markup =>
  markup`<svg class="chart ${kind}" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${inner}</svg>`;

/** Hours against capacity, on a scale up to `most`. */
export const loadBar = (hours: number, capacity: number | undefined, most: number): Markup => {
  const room = within(capacity ?? 0, most);
  const full = within(hours, most);
  const over = capacity !== undefined && hours > capacity;
  return picture(
    'load',
    markup`<rect class="room" width="${room}" height="10"/><rect class="fill" width="${over ? room : full}" height="10"/>${over && markup`<rect class="over" x="${room}" width="${full - room}" height="10"/>`}`,
  );
};

/** Days late to the right of the middle, early to its left; `most` days reach the edge. */
export const lateBar = (days: number, most: number): Markup => {
  const half = WIDTH / 2;
  const length = within(Math.abs(days), most) / 2;
  return picture(
    'lateness',
    markup`<rect class="axis" x="${half - 2}" width="4" height="10"/>${days !== 0 && markup`<rect class="${days > 0 ? 'over' : 'fill'}" x="${days > 0 ? half : half - length}" width="${length}" height="10"/>`}`,
  );
};

export type Span = {
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly due: number;
  readonly kind: 'plain' | 'critical' | 'late';
};

/** When something can be done, and when it is due, between the two ends of a plan. */
export const spanBar = (
  { from, to, due, kind }: Span,
  scale: { readonly from: number; readonly to: number },
): Markup => {
  const length = scale.to - scale.from;
  const start = within(from - scale.from, length);
  const end = within(to - scale.from, length);
  const until = within(due - scale.from, length);
  return picture(
    'span',
    markup`<rect class="room" x="${Math.min(start, until)}" width="${Math.abs(until - start)}" height="10"/><rect class="${kind === 'late' ? 'over' : kind === 'critical' ? 'critical' : 'fill'}" x="${start}" width="${Math.max(8, end - start)}" height="10"/><rect class="due" x="${Math.min(WIDTH - 6, until)}" width="6" height="10"/>`,
  );
};
