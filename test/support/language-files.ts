/** Small workflow files and what the reader says of them. */
import type { Fault } from '../../statemachines/language/faults.ts';
import { type ReadWorkflow, readWorkflow } from '../../statemachines/language/read-workflow.ts';
import type { Surroundings } from '../../statemachines/language/surroundings.ts';
import type { Step, StepType, Workflow } from '../../statemachines/language/workflow.ts';

/** A team of four, each with one role; `legal` is held by nobody, `writer` by two. */
export const beside: Surroundings = {
  team: {
    currency: 'EUR',
    roles: { editor: 'Editor', writer: 'Writer', designer: 'Designer', analyst: 'Analyst', legal: 'Legal counsel' },
    people: [
      {
        id: 'ada',
        name: 'Ada',
        email: 'ada@example.com',
        roles: ['editor'],
        zone: 'Europe/Oslo',
        language: 'en',
        away: [],
      },
      {
        id: 'bo',
        name: 'Bo',
        email: 'bo@example.com',
        roles: ['writer'],
        zone: 'Europe/Oslo',
        language: 'en',
        away: [],
      },
      {
        id: 'cleo',
        name: 'Cleo',
        email: 'cleo@example.com',
        roles: ['writer'],
        zone: 'Europe/Oslo',
        language: 'en',
        away: [],
      },
      {
        id: 'dan',
        name: 'Dan',
        email: 'dan@example.com',
        roles: ['designer', 'analyst'],
        zone: 'Europe/Oslo',
        language: 'en',
        away: [],
      },
    ],
  },
  calendars: {
    default: {
      title: 'Office',
      zone: 'Europe/Oslo',
      workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
      hours: { from: '09:00', to: '17:00' },
      holidays: { add: [], except: [] },
    },
  },
  hooks: {
    'content-brief': { provider: 'typeform', workflow: 'blog', secret: 'brief', map: {} },
    'other-brief': { provider: 'typeform', workflow: 'newsletter', map: {} },
  },
};

/** The first lines of every file here; `steps` stands on line 5. */
export const HEAD = 'workflow: blog\ntitle: Blog\npurpose: Publish one article.\nlead: editor\n';

/** A whole file around some steps, and around other keys that stand above them. */
export const fileWith = (steps: string, keys = ''): string => `${HEAD}${trimmed(keys)}steps:\n${trimmed(steps)}`;

/** Without the blank lines around it, so that a literal may begin on a line of its own. */
const trimmed = (text: string): string => (text === '' ? '' : `${text.replace(/^\n/, '').replace(/\n\s*$/, '')}\n`);

export const DRAFT = '  - { step: draft, title: Draft, owner: writer }';

export const read = (text: string, surroundings: Surroundings = beside): ReadWorkflow =>
  readWorkflow(text, 'statemachines/workflows/blog.yaml', surroundings);

export const errorsIn = (text: string, surroundings?: Surroundings): readonly Fault[] =>
  read(text, surroundings).faults.filter(({ severity }) => severity === 'error');

/** The codes of the errors, from top to bottom. */
export const codesIn = (text: string, surroundings?: Surroundings): readonly string[] =>
  errorsIn(text, surroundings).map(({ code }) => code);

/** The workflow of a file that has no error; one that has fails with all of them. */
export const workflowIn = (text: string, surroundings?: Surroundings): Workflow => {
  const { workflow, faults } = read(text, surroundings);
  if (workflow === undefined) throw new Error(faults.map(told).join('\n'));
  return workflow;
};

/** A step of a file that has no error, as one of a type. */
export const stepIn = <T extends StepType>(
  type: T,
  id: string,
  text: string,
  surroundings?: Surroundings,
): Step & { type: T } => {
  const pending = [...workflowIn(text, surroundings).steps];
  for (let step = pending.shift(); step !== undefined; step = pending.shift()) {
    if (step.id === id && step.type === type) return step as Step & { type: T };
    if (step.type === 'each') pending.push(...step.steps);
  }
  throw new Error(`There is no step ${id} of type ${type}.`);
};

export const told = ({ code, file, line, column, message, fix }: Fault): string =>
  `${code} ${file}:${line}:${column} ${message} ${fix}`;

/** A text without its marks `»`, and where they stood: the places at which faults are expected. */
export const unmark = (marked: string): { readonly text: string; readonly places: readonly string[] } => {
  const places: string[] = [];
  const lines = marked.split('\n').map((line, index) => {
    const parts = line.split('»');
    let column = 1;
    for (const part of parts.slice(0, -1)) {
      column += part.length;
      places.push(`${index + 1}:${column}`);
    }
    return parts.join('');
  });
  return { text: lines.join('\n'), places };
};

/** `line:column` of each. */
export const placesOf = (faults: readonly Fault[]): readonly string[] =>
  faults.map(({ line, column }) => `${line}:${column}`);
