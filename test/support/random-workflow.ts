/**
 * Random workflows that are valid: whatever comes out, `readWorkflow` accepts it with empty surroundings.
 *
 * They use all seven types of step and whatever may go wrong together: graphs that do not nest, steps done again
 * within steps done again, each within each, conditions on what is certain and on what is guarded, ids that are as
 * long as they may be, begin with a digit or are called like a function, texts that look like code.
 *
 * A workflow is built from *genes*: numbers that decide, of which 0 always decides for the plainest. So a failing
 * example shrinks to few steps with nothing special about them. What is valid is decided here anew, from language.md
 * and without the code that is tested with it.
 */
import fc from 'fast-check';
import { stringify } from 'yaml';

export type AuthoredJson = null | boolean | number | string | AuthoredJson[] | { [key: string]: AuthoredJson };
/** Further keys are those of language.md, as far as they are used here. */
export type AuthoredStep = {
  step: string;
  title: string;
  type?: string;
  after?: string[];
  when?: string;
  steps?: AuthoredStep[];
  owner?: string;
  of?: string;
  approvers?: AuthoredJson[];
  over?: string;
  as?: string;
  at_once?: number;
  wait?: boolean;
  on_expiry?: string;
  on_changes?: AuthoredRedo;
  on_reject?: AuthoredRedo | 'stop';
  fields?: { [name: string]: AuthoredJson };
};
export type AuthoredRedo = { redo: string; rounds?: number };
export type AuthoredWorkflow = {
  workflow: string;
  title: string;
  purpose: string;
  lead: string;
  inputs: { [name: string]: AuthoredJson };
  steps: AuthoredStep[];
};

export type RandomOptions = {
  readonly mostSteps?: number;
  /** How deep each may stand in each; 0 for none. */
  readonly deepestEach?: number;
  /** Whether steps may be done again. */
  readonly rounds?: boolean;
  readonly conditions?: boolean;
  /** Only tasks and approvals besides each. */
  readonly onlyPeople?: boolean;
  /** Every other step is an approval, so that much is done again. */
  readonly manyApprovals?: boolean;
};

type StepGene = {
  readonly type: number;
  readonly order: number;
  readonly when: number;
  readonly fields: number;
  readonly redo: number;
  readonly name: number;
  readonly more: number;
  readonly nested: ListGene | null;
};
type ListGene = { readonly shape: number; readonly steps: readonly StepGene[] };

const number = fc.nat(0xffffff);

const geneOf = (most: number, depth: number): fc.Arbitrary<ListGene> => {
  const nested: fc.Arbitrary<ListGene | null> =
    depth === 0
      ? fc.constant(null)
      : fc.oneof(
          { weight: 8, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: geneOf(Math.max(1, Math.min(4, most >> 1)), depth - 1) },
        );
  const step = fc.record({
    type: number,
    order: number,
    when: number,
    fields: number,
    redo: number,
    name: number,
    more: number,
    nested,
  });
  return fc.record({
    shape: fc.nat(SHAPES.length - 1),
    steps: fc.array(step, { minLength: 1, maxLength: most, size: 'max' }),
  });
};

export const randomWorkflow = (options: RandomOptions = {}): fc.Arbitrary<AuthoredWorkflow> =>
  fc.noBias(geneOf(options.mostSteps ?? 9, options.deepestEach ?? 2)).map((gene) => grow(gene, options));

/** A text of the workflow as an author might have written it. */
export const asYaml = (workflow: AuthoredWorkflow): string =>
  stringify(workflow, { lineWidth: 0, aliasDuplicateObjects: false });

export const INPUTS: { [name: string]: AuthoredJson } = {
  topic: { type: 'text', required: true },
  publish: { type: 'date', required: true },
  budget: { type: 'money', default: 0 },
  express: { type: 'yes_no', required: true },
  channels: { type: 'choice', many: true, options: ['mail', 'web', 'shop'], required: true },
  note: { type: 'text' },
};

// Chance from a number: the same number, the same choices ------------------------------------------------

/** Numbers that follow from a gene. A gene of 0 gives only 0, the plainest choice. */
const chanceFrom = (gene: number) => {
  let state = gene;
  return (below: number): number => {
    if (gene === 0 || below < 2) return 0;
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
type Chance = ReturnType<typeof chanceFrom>;
const oneOf = <T>(chance: Chance, list: readonly T[]): T => list[chance(list.length)] as T;

// Order -----------------------------------------------------------------------------------------------

type Shape = (index: number, chance: Chance, count: number) => readonly number[] | undefined;
/** Which earlier steps a step comes after; undefined for the one above. */
const SHAPES: readonly Shape[] = [
  () => undefined,
  (index, chance) =>
    [() => undefined, () => [], () => [chance(index)], () => someBefore(index, chance, 2)][chance(4)]?.(),
  // Layers of three: each after some of the layer before.
  (index, chance) => {
    const layer = Math.floor(index / 3) * 3;
    return layer === 0
      ? []
      : [layer - 3 + chance(3), ...[layer - 3, layer - 2, layer - 1].filter(() => chance(2) === 1)];
  },
  (index, chance) => someBefore(index, chance, 2),
  (index, chance) => someBefore(index, chance, 5),
  // A fork that comes together again, in the middle of a row.
  (index, chance, count) =>
    index === 0 || index === count - 1
      ? undefined
      : index < count - 2
        ? [0]
        : Array.from({ length: index - 1 }, (_, at) => at + 1).filter(() => chance(4) > 0),
];
const someBefore = (index: number, chance: Chance, oneIn: number): number[] =>
  Array.from({ length: index }, (_, at) => at).filter(() => chance(oneIn) === 0);

// Growing a workflow ----------------------------------------------------------------------------------

type Grown = {
  readonly authored: AuthoredStep;
  readonly type: string;
  /** Everything that it comes after, in its own list. */
  readonly ancestors: ReadonlySet<string>;
  readonly nested: readonly Grown[];
};
type Around = {
  readonly options: RandomOptions;
  readonly taken: Set<string>;
  /** Each-items that can be named, with what can be asked of one. */
  readonly items: readonly { readonly as: string; readonly kind: 'text' | 'number' | 'record' }[];
  /** Steps of outer lists that have finished for certain when a nested step begins. */
  readonly before: readonly Grown[];
};

export const grow = (gene: ListGene, options: RandomOptions): AuthoredWorkflow => {
  const steps = growList(gene, { options, taken: new Set(), items: [], before: [] });
  return {
    workflow: 'random',
    title: 'Random',
    purpose: 'To find what nobody thought of.',
    lead: 'lead',
    inputs: INPUTS,
    steps: steps.map(({ authored }) => authored),
  };
};

const growList = ({ shape, steps: genes }: ListGene, around: Around): readonly Grown[] => {
  const grown: Grown[] = [];
  const ids = genes.map((gene, index) => idOf(gene.name, index, around));
  for (const [index, gene] of genes.entries()) {
    const chance = chanceFrom(gene.order);
    const chosen = (SHAPES[shape] as Shape)(index, chance, genes.length);
    const after =
      chosen === undefined
        ? undefined
        : [...new Set(chosen)].filter((at) => at >= 0 && at < index).map((at) => ids[at] as string);
    const direct = after ?? (index === 0 ? [] : [ids[index - 1] as string]);
    const ancestors = new Set(
      direct.flatMap((id) => [id, ...(grown.find(({ authored }) => authored.step === id)?.ancestors ?? [])]),
    );
    const before = grown.filter(({ authored }) => ancestors.has(authored.step));
    grown.push(growStep(gene, ids[index] as string, after, ancestors, before, ids, around));
  }
  if (around.options.rounds !== false) addRounds(grown, genes);
  return grown;
};

const FUNCTION_NAMES = [
  'count',
  'sum',
  'sort',
  'map',
  'filter',
  'keys',
  'type',
  'max',
  'min',
  'string',
  'number',
  'not',
  'each',
  'hash',
  'range',
  'now',
];

const idOf = (gene: number, index: number, { taken }: Around): string => {
  const chance = chanceFrom(gene);
  const plain = `s${taken.size + 1}`;
  const wanted = [
    plain,
    plain,
    `write-${plain}`,
    `${'a-very-long-name-for-one-step-of-many'.slice(0, 39 - plain.length)}-${plain}`,
    `${taken.size + 1}-st`,
    FUNCTION_NAMES[index] ?? plain,
  ][chance(6)] as string;
  const id = (taken.has(wanted) ? plain : wanted).replace(/--+/g, '-');
  taken.add(id);
  return id;
};

const TYPES = ['task', 'task', 'approval', 'task', 'approval', 'email', 'wait', 'call', 'run', 'run'];

const ONLY_PEOPLE = ['task', 'approval', 'task'];
const MANY_APPROVALS = ['task', 'approval', 'approval', 'task', 'approval', 'email'];

const growStep = (
  gene: StepGene,
  id: string,
  after: string[] | undefined,
  ancestors: ReadonlySet<string>,
  before: readonly Grown[],
  ids: readonly string[],
  around: Around,
): Grown => {
  const chance = chanceFrom(gene.more);
  const wanted = oneOf(
    chanceFrom(gene.type),
    around.options.manyApprovals === true ? MANY_APPROVALS : around.options.onlyPeople === true ? ONLY_PEOPLE : TYPES,
  );
  const type = gene.nested !== null ? 'each' : wanted === 'approval' && before.length === 0 ? 'task' : wanted;
  const authored: AuthoredStep = {
    step: id,
    title: chance(8) === 1 ? 'For {{ inputs.topic }}' : `Do ${id}`,
    ...(type === 'task' && chance(2) === 0 ? {} : { type }),
    ...(after === undefined ? {} : { after }),
  };
  let nested: readonly Grown[] = [];
  switch (type) {
    case 'approval':
      Object.assign(authored, {
        of: oneOf(chance, before).authored.step,
        approvers: ['cmo', { role: 'legal', required: false }].slice(0, 1 + chance(2)),
      });
      break;
    case 'email':
      Object.assign(authored, {
        to: ['someone@example.org'],
        subject: 'Read {{ inputs.topic }}',
        body: 'It is there.',
      });
      break;
    case 'wait':
      Object.assign(authored, chance(2) === 0 ? { for: '1 day' } : { until: '2 days before publish' });
      break;
    case 'call':
      Object.assign(authored, { url: 'https://example.org/hook', body: { topic: '{{ inputs.topic }}' } });
      break;
    case 'run':
      Object.assign(authored, {
        workflow: 'other',
        with: { topic: '{{ inputs.topic }}' },
        ...(chance(2) === 0 ? {} : { wait: true }),
      });
      break;
    case 'each': {
      const { over, kind } = listOver(chance, before, around);
      const as = itemName(chance, id, around);
      around.taken.add(as);
      nested = growList(gene.nested as ListGene, {
        ...around,
        items: [...around.items, { as, kind }],
        before: [...around.before, ...before],
      });
      Object.assign(authored, {
        over,
        as,
        ...(chance(3) === 0 ? {} : { at_once: 1 + chance(3) }),
        steps: nested.map((step) => step.authored),
      });
      break;
    }
    default:
      authored.owner = 'writer';
      if (chance(6) === 1) authored.on_expiry = 'skip';
  }
  // Nobody fills in the fields of other steps.
  if (['task', 'approval', 'call'].includes(type)) Object.assign(authored, fieldsFrom(gene.fields));
  if (around.options.conditions !== false) {
    const asked = chanceFrom(gene.when);
    if (asked(3) === 1)
      authored.when = condition(asked, { before: [...before, ...around.before], ids, own: id, around }, 2);
  }
  return { authored, type, ancestors, nested };
};

const fieldsFrom = (gene: number): Pick<AuthoredStep, 'fields'> => {
  const chance = chanceFrom(gene);
  const fields: { [name: string]: AuthoredJson } = {};
  if (chance(2) === 1) fields.n = { type: 'number', required: true };
  if (chance(3) === 1) fields.yes = { type: 'yes_no', required: true };
  if (chance(4) === 1) fields.words = { type: 'text' };
  if (chance(4) === 1) fields.many = { type: 'choice', many: true, required: true, options: ['red', 'blue', 'green'] };
  return Object.keys(fields).length === 0 ? {} : { fields };
};

const itemName = (chance: Chance, id: string, { items, taken }: Around): string => {
  const plain = `item_${items.length + 1}_${id.replaceAll('-', '_')}`.slice(0, 40).replace(/_$/, '');
  const wanted = oneOf(chance, [plain, plain, 'count', 'together', 'item', `long_${'x'.repeat(35)}`]);
  const clashes = items.some(({ as }) => as === wanted) || taken.has(wanted) || taken.has(wanted.replaceAll('_', '-'));
  return clashes ? plain : wanted;
};

const listOver = (
  chance: Chance,
  before: readonly Grown[],
  around: Around,
): { over: string; kind: 'text' | 'number' | 'record' } => {
  const lists = [...before, ...around.before]
    .filter((step) => isCertain(step) && hasField(step, 'many'))
    .map(({ authored }) => `steps.${authored.step}.many`);
  const text = (over: string) => ({ over, kind: 'text' as const });
  return oneOf(chance, [
    text('inputs.channels'),
    text('["a", "b"]'),
    text('$split(inputs.topic, " ")'),
    { over: '[1..3]', kind: 'number' as const },
    text('inputs.express ? ["a"] : ["b", "c"]'),
    { over: '[{"size": 1}, {"size": 5, "name": "five"}]', kind: 'record' as const },
    text('["only"]'),
    text('$filter(inputs.channels, function($c){ $c != "web" })'),
    ...lists.map(text),
  ]);
};

// Conditions ------------------------------------------------------------------------------------------

type Asking = {
  readonly before: readonly Grown[];
  readonly ids: readonly string[];
  readonly own: string;
  readonly around: Around;
};

const isCertain = ({ authored }: Grown): boolean => authored.when === undefined && authored.on_expiry !== 'skip';
const hasField = ({ authored }: Grown, name: string): boolean => Object.hasOwn(authored.fields ?? {}, name);
/** Looks like code, in every language that it passes through; between two marks, by which it is found again. */
export const MARK = 'zzz';
export const NASTY = [
  '%} {% $run.id',
  '${OpenRun}',
  '\\" or true or \\"',
  "'; $inputs",
  '{{ inputs.topic }}',
  '$states.result',
  'ünïcödé \\u2028',
  '`x`',
  '${Evil}%}',
  '{%',
  '$',
  '\\\\',
];

const condition = (chance: Chance, asking: Asking, deep: number): string => {
  switch (deep === 0 ? 0 : chance(7)) {
    case 1:
      return `${bracketed(chance, asking, deep)} and ${bracketed(chance, asking, deep)}`;
    case 2:
      return `${bracketed(chance, asking, deep)} or ${bracketed(chance, asking, deep)}`;
    case 3:
      return `$not(${condition(chance, asking, deep - 1)})`;
    case 4:
      return `${bracketed(chance, asking, deep)} ? ${bracketed(chance, asking, deep)} : ${bracketed(chance, asking, deep)}`;
    default:
      return atom(chance, asking);
  }
};
const bracketed = (chance: Chance, asking: Asking, deep: number): string => `(${condition(chance, asking, deep - 1)})`;

const atom = (chance: Chance, asking: Asking): string => {
  const { before, around } = asking;
  const plain = [
    'inputs.budget > 100',
    'inputs.express',
    'inputs.express = true',
    '"mail" in inputs.channels',
    '$count(inputs.channels) > 1',
    '$exists(inputs.note) and inputs.note = "yes"',
    '(inputs.note ?? "none") != "none"',
    '$contains(run.title, "a")',
    'run.id != ""',
    `inputs.topic != "${MARK}${oneOf(chance, NASTY)}${MARK}"`,
    '($limit := 50; inputs.budget < $limit)',
    '$sum(inputs.channels.$length($)) > 5',
  ];
  const ofSteps = before.flatMap((step) => atomsOf(step));
  const ofItems = around.items.flatMap(({ as, kind }) =>
    kind === 'record'
      ? [
          `${as}.size > 2`,
          `${as}.name = "five"`,
          `$contains(${as}.name, "f")`,
          `${as}.absent < 3`,
          `$not(${as}.absent)`,
        ]
      : kind === 'number'
        ? [`${as} > 1`, `${as} = 2`]
        : [`${as} = "mail"`, `$length(${as}) > 3`],
  );
  const notBefore = asking.ids
    .filter((id) => !before.some(({ authored }) => authored.step === id))
    .flatMap((id) => [`$exists(steps.${id}.round)`, `$exists(steps.${id}.round) and steps.${id}.round > 1`]);
  const pools = [plain, ofSteps, ofSteps, ofItems, notBefore].filter((pool) => pool.length > 0);
  return oneOf(chance, oneOf(chance, pools));
};

/** What can be asked of a step that has finished, guarded where it may be absent. */
const atomsOf = (step: Grown): readonly string[] => {
  const { authored, type } = step;
  const name =
    authored.step.includes('-') && authored.step.length % 2 === 0
      ? `steps.\`${authored.step}\``
      : `steps.${authored.step}`;
  if (type === 'each')
    return isCertain(step) ? atomsOfEach(name, step.nested) : [`$exists(${name}) and $count(${name}) > 1`];
  const asked = [
    [`${name}.round`, '< 3'],
    ...(hasField(step, 'n')
      ? [
          [`${name}.n`, '> 50'],
          [`${name}.n`, '= 7'],
        ]
      : []),
    ...(hasField(step, 'yes') ? [[`${name}.yes`, '']] : []),
    ...(type === 'task' || type === 'approval'
      ? [
          [`${name}.decision`, '!= "skip"'],
          [`${name}.by`, '!= "nobody"'],
        ]
      : []),
    ...(type === 'call' ? [[`${name}.status`, '= 200']] : []),
    ...(type === 'run' && authored.wait === true ? [[`${name}.outcome`, '= "finished"']] : []),
  ];
  const guarded = asked.flatMap(([value, test]) => [
    `$exists(${value}) and (${value} ${test})`,
    `$exists(${value}) ? (${value} ${test}) : false`,
  ]);
  const optional = hasField(step, 'words') ? [`(${name}.words ?? "") = ""`, `$exists(${name}.words)`] : [];
  return [...(isCertain(step) ? asked.map(([value, test]) => `${value} ${test}`.trim()) : []), ...guarded, ...optional];
};

const atomsOfEach = (name: string, nested: readonly Grown[]): readonly string[] => [
  `$count(${name}) > 1`,
  ...nested.flatMap((step) => {
    const inner = `${name}.${step.authored.step.includes('-') || /^[0-9]/.test(step.authored.step) ? `\`${step.authored.step}\`` : step.authored.step}`;
    if (step.type === 'each') return [`$count(${inner}) > 2`, ...atomsOfEach(inner, step.nested)];
    return [
      `$count(${inner}) > 1`,
      `$exists(${inner}.round)`,
      ...(hasField(step, 'n') ? [`$sum(${inner}.n) > 50`, `$max(${inner}.n) < 90`] : []),
      ...(step.type === 'task' || step.type === 'approval' ? [`$count(${inner}[decision != "skip"]) > 1`] : []),
    ];
  }),
];

// Rounds ----------------------------------------------------------------------------------------------

/** Gives approvals something to be done again, of which language.md says that it must be a closed block. */
const addRounds = (steps: readonly Grown[], genes: readonly StepGene[]): void => {
  const blocks: ReadonlySet<string>[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.type !== 'approval') continue;
    const chance = chanceFrom((genes[index] as StepGene).redo);
    const redo = (): AuthoredRedo | undefined => {
      const possible = [...step.ancestors]
        .map((id) => ({ id, block: blockOf(steps, id, step.authored.step) }))
        .filter(
          ({ block }) => isClosed(block, steps, step.authored.step) && blocks.every((other) => fits(block, other)),
        );
      const chosen = oneOf(chance, possible);
      if (chosen === undefined) return undefined;
      blocks.push(chosen.block);
      const rounds = chance(4);
      return { redo: chosen.id, ...(rounds === 0 ? {} : { rounds }) };
    };
    if (chance(3) > 0) {
      const changes = redo();
      if (changes !== undefined) step.authored.on_changes = changes;
    }
    if (chance(2) === 1) {
      const reject = redo();
      if (reject !== undefined) step.authored.on_reject = reject;
    }
  }
};

const blockOf = (steps: readonly Grown[], redo: string, approval: string): ReadonlySet<string> => {
  const last = steps.find(({ authored }) => authored.step === approval) as Grown;
  return new Set(
    steps
      .filter(
        ({ authored: { step }, ancestors }) =>
          step === redo || step === approval || (last.ancestors.has(step) && ancestors.has(redo)),
      )
      .map(({ authored }) => authored.step),
  );
};

const isClosed = (block: ReadonlySet<string>, steps: readonly Grown[], approval: string): boolean =>
  steps.every(
    ({ authored }, index) =>
      block.has(authored.step) || directly(steps, index).every((id) => id === approval || !block.has(id)),
  );

const directly = (steps: readonly Grown[], index: number): readonly string[] => {
  const { after } = (steps[index] as Grown).authored;
  return after ?? (index === 0 ? [] : [(steps[index - 1] as Grown).authored.step]);
};

const fits = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean => {
  const shared = [...one].filter((id) => other.has(id)).length;
  return shared === 0 || shared === one.size || shared === other.size;
};
