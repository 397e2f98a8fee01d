/**
 * Shapes, arrows and texts as SVG.
 *
 * Promises: author text is escaped wherever it goes; no script, no link, no reference to anything outside.
 */

import { plainTemplate } from '../wording.ts';
import { ICONS, ornament, outline } from './icons.ts';
import { paintWires } from './paint-wires.ts';
import { LIGHT, type Paint } from './palette.ts';
import type { Picture, Shape } from './pieces.ts';
import { STATE_BORDERS, type StepState } from './states.ts';
import { CARD_PORT, type Icon, type Label, type Tone } from './step-card.ts';
import { escapeXml, fill, n, stroke } from './svg-text.ts';

const toned = (tone: Tone, state: StepState | undefined): Paint => (tone !== 'state' ? tone : (state ?? 'muted'));

const paintLabel = (one: Label, state: StepState | undefined, faded: boolean): string => {
  const direction = one.rightToLeft ? ' direction="rtl"' : one.ends ? ' text-anchor="end"' : '';
  const weight = one.type.weight === 'bold' ? ' font-weight="600"' : '';
  const paint = toned(faded && one.tone === 'ink' ? 'muted' : one.tone, state);
  return `<text x="${n(one.x)}" y="${n(one.y)}" font-size="${one.type.size}"${weight}${direction}${fill(paint)}>${escapeXml(one.text)}</text>`;
};

const paintIcon = (icon: Icon, state: StepState | undefined): string =>
  `<path d="${ICONS[icon.name]}" transform="translate(${n(icon.x)} ${n(icon.y)})" stroke-width="${icon.tone === 'state' ? 1.9 : 1.4}" stroke-linecap="round" stroke-linejoin="round"${stroke(toned(icon.tone, state))}/>`;

const tooltip = (full: string | undefined): string =>
  full === undefined ? '' : `<title>${escapeXml(plainTemplate(full))}</title>`;

const AUTOMATIC: ReadonlySet<string> = new Set(['email', 'wait', 'call', 'run']);

const paintCard = (shape: Shape, state: StepState | undefined): string => {
  const { step, width, height } = shape;
  if (step === undefined) return '';
  const edge = outline(step.type, width, height);
  const border = state === undefined ? { width: 1.25 } : STATE_BORDERS[state];
  const dash = 'dash' in border && border.dash !== undefined ? ` stroke-dasharray="${border.dash}"` : '';
  const extra = ornament(step.type, width, height);
  const paper: Paint =
    state !== undefined
      ? `${state}-paper`
      : step.type === 'each'
        ? 'container'
        : AUTOMATIC.has(step.type)
          ? 'automatic'
          : 'card';
  const ink: Paint = state ?? 'edge';
  const parts = [
    `<path d="${edge}"${fill(paper)}/>`,
    ...(extra === undefined ? [] : [`<path d="${extra}" stroke-width="1.25"${stroke(ink)}/>`]),
    `<path d="${edge}" stroke-width="${border.width}"${dash}${stroke(ink)}/>`,
  ];
  if (step.when !== undefined) {
    parts.push(
      `<path d="M-9 ${CARD_PORT}L0 ${CARD_PORT - 9}L9 ${CARD_PORT}L0 ${CARD_PORT + 9}Z" stroke-width="1.25" class="rs-f-card rs-s-${ink}" fill="${LIGHT.card}" stroke="${LIGHT[ink]}"/>`,
    );
  }
  return parts.join('');
};

const paintShape = (shape: Shape, states: { readonly [step: string]: StepState }): string => {
  const { kind, width: w, height: h, step } = shape;
  const state = step !== undefined && Object.hasOwn(states, step.id) ? states[step.id] : undefined;
  const faded = state === 'skipped' || state === 'waiting';
  const body = (): string => {
    if (kind === 'card') return paintCard(shape, state);
    if (kind === 'area')
      return `<rect width="${n(w)}" height="${n(h)}" rx="12"${fill('area')}/><path d="M12 0H${n(w - 12)}" stroke-width="2.5" stroke-linecap="round"${stroke('area-edge')}/>`;
    if (kind === 'rest')
      return `<circle cx="7" cy="7" r="6.2" stroke-width="1.25"${stroke('wire')}/><circle cx="7" cy="7" r="3.2"${fill('wire')}/>`;
    const pill = `<rect width="${n(w)}" height="${n(h)}" rx="20" stroke-width="1.5" class="rs-f-card rs-s-ink" fill="${LIGHT.card}" stroke="${LIGHT.ink}"/>`;
    if (kind === 'start') return pill;
    return `${pill}<rect x="4" y="4" width="${n(w - 8)}" height="${n(h - 8)}" rx="16" stroke-width="1"${stroke('ink')}/>`;
  };
  const identity =
    step === undefined
      ? ''
      : ` data-step="${escapeXml(step.id)}" data-type="${step.type}"${state === undefined ? '' : ` data-state="${state}"`}`;
  const texts = shape.labels.map((one) => paintLabel(one, state, faded)).join('');
  const icons = shape.icons.map((icon) => paintIcon(icon, state)).join('');
  return `<g data-kind="${kind}"${identity} data-size="${n(w)} ${n(h)}" transform="translate(${n(shape.x)} ${n(shape.y)})">${tooltip(shape.full)}${body()}${icons}${texts}</g>`;
};

/** Everything on the sheet, back to front: areas, containers, arrows, cards. */
export const paintPicture = (picture: Picture, states: { readonly [step: string]: StepState }): string => {
  const ground = picture.shapes.filter((shape) => shape.kind === 'area' || shape.step?.type === 'each');
  const front = picture.shapes.filter((shape) => !ground.includes(shape));
  return [
    ...ground.map((shape) => paintShape(shape, states)),
    ...paintWires(picture.wires),
    ...front.map((shape) => paintShape(shape, states)),
    ...picture.labels.map((one) => paintLabel(one, undefined, false)),
  ].join('\n');
};

export const paintLabels = (labels: readonly Label[]): string =>
  labels.map((one) => paintLabel(one, undefined, false)).join('\n');
