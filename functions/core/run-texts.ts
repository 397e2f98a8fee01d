/** The texts of a run as people read them: whatever an author wrote as a template is filled in before anybody sees it. */
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Run, StepOpening } from './run.ts';
import { type Texts, textsOf } from './texts.ts';

export const runUrl = ({ settings }: Pick<Ports, 'settings'>, run: string): string =>
  `${settings.base_url}/runs/${encodeURIComponent(run)}`;

/** Where something stands in a run; without `values`, those of the opening that has it are taken, where there is one. */
type Stand = Pick<StepOpening, 'step' | 'item'> & { readonly values?: StepOpening['values'] };

export const textsFor = (
  ports: Pick<Ports, 'settings'>,
  run: Run,
  opening: Pick<StepOpening, 'step' | 'item' | 'values'>,
): Texts => textsOf(run, runUrl(ports, run.id), opening);

/** The title of a step as people read it: most have nothing to be filled in. */
export const titleIn = async (ports: Pick<Ports, 'settings'>, run: Run, at: Stand): Promise<string> => {
  const title = stepOf(run, at.step)?.title ?? at.step;
  if (!title.includes('{{')) return title;
  return textsFor(ports, run, { ...at, values: at.values ?? valuesOf(run, at) }).text(title);
};

const valuesOf = (run: Run, { step, item }: Stand): StepOpening['values'] => {
  let beside: StepOpening['values'] = {};
  for (const one of run.openings.values()) {
    if (one.item !== item) continue;
    if (one.step === step) return one.values;
    // What has not begun yet of an item is of the same item as what has.
    if (item !== undefined) beside = one.values;
  }
  return beside;
};
