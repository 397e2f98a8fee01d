/**
 * A workflow as a picture that a person would put on the wall.
 *
 * Promises, for any workflow: a well-formed SVG document of its own, without script and without reference to
 * anything outside; no label overlaps another, leaves its card or lies under an arrow's words; what comes
 * later stands further right, or in a lower row; every `after` is drawn once, save those that a longer way
 * implies; the same input gives the same bytes. Pure.
 * Hides: layout (compose.ts; arrange.ts, which asks dagre; fold.ts), measuring (measure.ts), wording (../wording.ts), colours (palette.ts).
 */

import type { Workflow } from '../language/workflow.ts';
import { drawable, namesOf, plainTemplate } from '../wording.ts';
import { PICTURE_WORDS } from '../words.ts';
import { composeWorkflow, type Known } from './compose.ts';
import { describeWorkflow } from './describe.ts';
import { evenAreas } from './even-areas.ts';
import { foldSheet } from './fold.ts';
import { type Type, wrap } from './measure.ts';
import { paintLabels, paintPicture } from './paint.ts';
import { LIGHT, ROOT_CLASS, styleSheet } from './palette.ts';
import { movePicture } from './pieces.ts';
import type { StepState } from './states.ts';
import { ascent, type Label, label, lineHeight, type Tone } from './step-card.ts';
import { escapeXml } from './svg-text.ts';

export type { StepState } from './states.ts';

export type DrawOptions = {
  /** Role to title; a role that is not among them appears by its id. */
  readonly roles: { readonly [role: string]: string };
  /** What to write as due date of a step, such as the planned day; otherwise the author's words stand there. */
  readonly due?: { readonly [step: string]: string };
  /** How far a run is. Nested steps have one state for all items. */
  readonly states?: { readonly [step: string]: StepState };
  /** Instead of the workflow's title, such as the title of a run. */
  readonly title?: string;
  /** False leaves out title, purpose and lead, for a page that has its own heading. */
  readonly heading?: boolean;
  /** The width in pixels at which the picture goes on in a new row; `Infinity` for one row. 1600 when left out. */
  readonly width?: number;
  /** Begins every id inside; give each picture on one page its own. */
  readonly idPrefix?: string;
  /** For the style sheet, where a content security policy wants one. Without it the light colours remain. */
  readonly nonce?: string;
};

const MARGIN = 28;
const DEFAULT_WIDTH = 1600;
const LEAST_WIDTH = 520;
const FONTS =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

const headingRows = (
  workflow: Workflow,
  title: string,
  known: Known,
): { text: string; type: Type; tone: Tone; lines: number; space: number }[] => {
  const { frequency } = workflow;
  const often = frequency === undefined ? '' : PICTURE_WORDS.often(frequency.count, frequency.per);
  return [
    { text: title, type: { size: 24, weight: 'bold' }, tone: 'ink', lines: 2, space: 0 },
    { text: plainTemplate(workflow.purpose), type: { size: 15, weight: 'regular' }, tone: 'ink', lines: 3, space: 6 },
    {
      text: `${PICTURE_WORDS.accountable(known.names.role(workflow.lead))}${often}`,
      type: { size: 13, weight: 'regular' },
      tone: 'muted',
      lines: 1,
      space: 6,
    },
  ];
};

/** Title, purpose and lead above the picture, in lines no wider than the picture or a page. */
const writeHeading = (
  workflow: Workflow,
  title: string,
  known: Known,
  room: number,
): { labels: readonly Label[]; height: number } => {
  const labels: Label[] = [];
  let y = MARGIN;
  for (const { text, type, tone, lines, space } of headingRows(workflow, title, known)) {
    const width = Math.min(room, type.size * 62);
    y += space;
    for (const line of wrap(text, width, type, lines).lines) {
      labels.push(label(line, MARGIN, y + ascent(type), width, type, tone, text));
      y += lineHeight(type);
    }
  }
  return { labels, height: y };
};

/** Draws the workflow; see the promises above. */
export const drawWorkflow = (workflow: Workflow, options: DrawOptions): string => {
  const known: Known = {
    names: namesOf(workflow, options.roles),
    due: options.due ?? {},
    states: options.states ?? {},
  };
  const title = plainTemplate(options.title ?? workflow.title);
  const sheet = foldSheet(composeWorkflow(workflow, known), Math.max(LEAST_WIDTH, options.width ?? DEFAULT_WIDTH));
  const width = Math.max(LEAST_WIDTH, Math.ceil(sheet.width + 2 * MARGIN));
  const heading =
    options.heading === false ? { labels: [], height: 0 } : writeHeading(workflow, title, known, width - 2 * MARGIN);
  const top = heading.height + MARGIN;
  const height = Math.ceil(top + sheet.height + MARGIN);
  const picture = movePicture(evenAreas(sheet.picture), MARGIN, top);
  const id = (options.idPrefix ?? `workflow-${workflow.id}`).replace(/[^A-Za-z0-9_-]/g, '-');
  const nonce = options.nonce === undefined ? '' : ` nonce="${escapeXml(options.nonce)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${ROOT_CLASS}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(FONTS)}">`,
    `<title id="${id}-title">${escapeXml(drawable(title))}</title>`,
    `<desc id="${id}-desc">${escapeXml(describeWorkflow(workflow, known))}</desc>`,
    `<style${nonce}>\n${styleSheet()}\n</style>`,
    `<rect class="rs-f-page" width="${width}" height="${height}" fill="${LIGHT.page}"/>`,
    ...(heading.labels.length === 0 ? [] : [`<g data-kind="heading">\n${paintLabels(heading.labels)}\n</g>`]),
    paintPicture(picture, known.states),
    '</svg>\n',
  ].join('\n');
};
