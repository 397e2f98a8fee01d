/**
 * Shapes, arrows and texts as SVG.
 *
 * Promises: author text is escaped wherever it goes; every colour is there twice, as an attribute in light
 * colours for readers without style sheets and as a class for those with; no script, no link, no reference.
 * Coordinates are rounded to a tenth.
 */

import type { Point } from './arrange.ts';
import { ICONS, ornament, outline } from './icons.ts';
import { LIGHT, type Paint } from './palette.ts';
import type { DrawnWire, Picture, Shape } from './pieces.ts';
import { STATE_BORDERS, type StepState } from './states.ts';
import { CARD_PORT, type Icon, type Label, type Tone } from './step-card.ts';
import { plainTemplate } from './wording.ts';

const ESCAPES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for an element or an attribute: escaped, and without what XML forbids. */
export const escape = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const n = (value: number): string => String(Math.round(value * 10) / 10 || 0);

/** A colour as attribute and class. */
const fill = (paint: Paint): string => ` class="rs-f-${paint}" fill="${LIGHT[paint]}"`;
const stroke = (paint: Paint): string => ` class="rs-s-${paint}" stroke="${LIGHT[paint]}" fill="none"`;

const toned = (tone: Tone, state: StepState | undefined): Paint => (tone !== 'state' ? tone : (state ?? 'muted'));

const paintLabel = (one: Label, state: StepState | undefined, faded: boolean): string => {
  const direction = one.rightToLeft ? ' direction="rtl"' : '';
  const weight = one.type.weight === 'bold' ? ' font-weight="600"' : '';
  const paint = toned(faded && one.tone === 'ink' ? 'muted' : one.tone, state);
  return `<text x="${n(one.x)}" y="${n(one.y)}" font-size="${one.type.size}"${weight}${direction}${fill(paint)}>${escape(one.text)}</text>`;
};

const paintIcon = (icon: Icon, state: StepState | undefined): string =>
  `<path d="${ICONS[icon.name]}" transform="translate(${n(icon.x)} ${n(icon.y)})" stroke-width="${icon.tone === 'state' ? 1.9 : 1.4}" stroke-linecap="round" stroke-linejoin="round"${stroke(toned(icon.tone, state))}/>`;

const tooltip = (full: string | undefined): string => (full === undefined ? '' : `<title>${escape(plainTemplate(full))}</title>`);

const AUTOMATIC: ReadonlySet<string> = new Set(['email', 'wait', 'call', 'run']);

const paintCard = (shape: Shape, state: StepState | undefined): string => {
  const { step, width, height } = shape;
  if (step === undefined) return '';
  const edge = outline(step.type, width, height);
  const border = state === undefined ? { width: 1.25 } : STATE_BORDERS[state];
  const dash = 'dash' in border && border.dash !== undefined ? ` stroke-dasharray="${border.dash}"` : '';
  const extra = ornament(step.type, width, height);
  const paper: Paint = state !== undefined ? `${state}-paper` : step.type === 'each' ? 'container' : AUTOMATIC.has(step.type) ? 'automatic' : 'card';
  const ink: Paint = state ?? 'edge';
  const parts = [
    `<path d="${edge}"${fill(paper)}/>`,
    ...(extra === undefined ? [] : [`<path d="${extra}" stroke-width="1.25"${stroke(ink)}/>`]),
    `<path d="${edge}" stroke-width="${border.width}"${dash}${stroke(ink)}/>`,
  ];
  if (step.when !== undefined) {
    parts.push(`<path d="M-9 ${CARD_PORT}L0 ${CARD_PORT - 9}L9 ${CARD_PORT}L0 ${CARD_PORT + 9}Z" stroke-width="1.25" class="rs-f-card rs-s-${ink}" fill="${LIGHT.card}" stroke="${LIGHT[ink]}"/>`);
  }
  return parts.join('');
};

const paintShape = (shape: Shape, states: { readonly [step: string]: StepState }): string => {
  const { kind, width: w, height: h, step } = shape;
  const state = step !== undefined && Object.hasOwn(states, step.id) ? states[step.id] : undefined;
  const faded = state === 'skipped' || state === 'waiting';
  const body = (): string => {
    if (kind === 'card') return paintCard(shape, state);
    if (kind === 'area') return `<rect width="${n(w)}" height="${n(h)}" rx="12"${fill('area')}/><path d="M12 0H${n(w - 12)}" stroke-width="2.5" stroke-linecap="round"${stroke('area-edge')}/>`;
    const pill = `<rect width="${n(w)}" height="${n(h)}" rx="20" stroke-width="1.5" class="rs-f-card rs-s-ink" fill="${LIGHT.card}" stroke="${LIGHT.ink}"/>`;
    if (kind === 'start') return pill;
    return `${pill}<rect x="4" y="4" width="${n(w - 8)}" height="${n(h - 8)}" rx="16" stroke-width="1"${stroke('ink')}/>`;
  };
  const identity = step === undefined ? '' : ` data-step="${escape(step.id)}" data-type="${step.type}"${state === undefined ? '' : ` data-state="${state}"`}`;
  const texts = shape.labels.map((one) => paintLabel(one, state, faded)).join('');
  const icons = shape.icons.map((icon) => paintIcon(icon, state)).join('');
  return `<g data-kind="${kind}"${identity} data-size="${n(w)} ${n(h)}" transform="translate(${n(shape.x)} ${n(shape.y)})">${tooltip(shape.full)}${body()}${icons}${texts}</g>`;
};

const RADIUS = 9;
const HEAD = 9;

/** A line through the points: level or upright with rounded corners, and a calm curve where the height changes. */
const lineThrough = (given: readonly Point[]): string => {
  const points = given.filter((point, index) => {
    const before = given[index - 1];
    const after = given[index + 1];
    if (before === undefined) return true;
    if (before.x === point.x && before.y === point.y) return false;
    return after === undefined || !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
  });
  const first = points[0];
  if (first === undefined) return '';
  let d = `M${n(first.x)} ${n(first.y)}`;
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before === undefined) return;
    const after = points[index + 1];
    if (before.x !== point.x && before.y !== point.y) {
      // Both ends of a curve are level, so that it joins the level pieces and the arrowheads without a bend.
      const sign = Math.sign(point.x - before.x);
      const [from, to] = [before.x + sign * 6, point.x - sign * (HEAD + 4)];
      const middle = (from + to) / 2;
      d += `H${n(from)}C${n(middle)} ${n(before.y)} ${n(middle)} ${n(point.y)} ${n(to)} ${n(point.y)}H${n(point.x)}`;
      return;
    }
    const turns = after !== undefined && (before.x === point.x ? after.y === point.y : after.x === point.x);
    if (!turns) {
      d += `L${n(point.x)} ${n(point.y)}`;
      return;
    }
    const far = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
    const r = Math.min(RADIUS, far(before, point) / 2, far(point, after) / 2);
    const toward = (other: Point): string => `${n(point.x + Math.sign(other.x - point.x) * r)} ${n(point.y + Math.sign(other.y - point.y) * r)}`;
    d += `L${toward(before)}Q${n(point.x)} ${n(point.y)} ${toward(after)}`;
  });
  return d;
};

const paintWire = (wire: DrawnWire): string => {
  const last = wire.points.at(-1);
  const before = wire.points.at(-2);
  if (last === undefined || before === undefined) return '';
  const up = before.x === last.x && before.y !== last.y;
  const tip = wire.guarded ? { x: last.x - 9, y: last.y } : last;
  const points = [...wire.points.slice(0, -1), up ? { x: tip.x, y: tip.y + 3 } : { x: tip.x - 3, y: tip.y }];
  const head = up
    ? `M${n(tip.x)} ${n(tip.y)}l-4.5 ${HEAD}h9z`
    : `M${n(tip.x)} ${n(tip.y)}l-${HEAD} -4.5v9z`;
  const paint: Paint = wire.back ? 'back' : 'wire';
  const dash = wire.back ? ' stroke-dasharray="6 4"' : '';
  return `<g data-kind="${wire.back ? 'back' : 'arrow'}" data-from="${escape(wire.from)}" data-to="${escape(wire.to)}"><path d="${lineThrough(points)}" stroke-width="1.5"${dash}${stroke(paint)}/><path d="${head}"${fill(paint)}/></g>`;
};

/** Everything on the sheet, back to front: areas, containers, arrows, cards. */
export const paintPicture = (picture: Picture, states: { readonly [step: string]: StepState }): string => {
  const ground = picture.shapes.filter((shape) => shape.kind === 'area' || shape.step?.type === 'each');
  const front = picture.shapes.filter((shape) => !ground.includes(shape));
  return [
    ...ground.map((shape) => paintShape(shape, states)),
    ...picture.wires.map(paintWire),
    ...front.map((shape) => paintShape(shape, states)),
    ...picture.labels.map((one) => paintLabel(one, undefined, false)),
  ].join('\n');
};

export const paintLabels = (labels: readonly Label[]): string => labels.map((one) => paintLabel(one, undefined, false)).join('\n');
