/**
 * From the arrangement of the steps to states.
 *
 * Promises: one state a step, named as the step; an approval has its choice behind it, a condition its choice
 * before it. Every branch goes home by itself when the run is stopped. Variables are assigned before they are
 * read on every way, and no branch assigns a name that is assigned outside of it.
 * Hides: names of helping states and variables, and how results get out of branches.
 *
 * A *scope* is what Step Functions calls one: the machine, a branch, an item. Variables do not leave it. A result
 * that is needed outside leaves as the output of its branch, and is kept under the name of its Parallel.
 */
import { ERRORS, FUNCTIONS } from '../contract.ts';
import { type Expr, printExpression, printName, type Reference } from '../language/expression.ts';
import { graphOf } from '../language/graph.ts';
import type { Approval, Each, Redo, Step } from '../language/workflow.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { MACHINE_FUNCTIONS } from './machine-expressions.ts';
import type { Needs } from './needs.ts';
import {
  callState,
  choiceState,
  failState,
  type Json,
  mapState,
  type Next,
  parallelState,
  passState,
  query,
  type Rule,
  type State,
  type States,
  waitState,
} from './states.ts';

/** How often changes can be asked for at most: what the file allows, and as often again by the lead's leave. */
export const mostRounds = (approval: Approval): number => {
  const allowed = (redo: Redo | 'stop' | undefined): number =>
    redo === undefined || redo === 'stop' ? 0 : redo.rounds;
  return 2 * (allowed(approval.on_changes) + allowed(approval.on_reject));
};

type Scope = {
  readonly outer?: Scope;
  readonly states: { [name: string]: State };
  /** What is kept from round to round: counters, and results that are asked for when the step is done again. By key. */
  readonly kept: Map<string, Kept>;
  /** Parallels that are done again. */
  readonly loopedTogethers: Together[];
  /** Where a branch goes when the run is stopped, rejected or expired. Made when first needed. */
  readonly ends: Map<End, string>;
  /** What helping states of this scope are named after. */
  readonly label: string;
  /** The each-step whose item this is, where it is one. */
  readonly each?: Each;
  /** The Parallel that this is a branch of, where it is one. */
  readonly branchOf?: Together;
};
type End = 'stopped' | 'rejected' | 'expired';
type Kept = { readonly variable: string; readonly first: Json };

/** A Parallel, and what of its branches is needed outside. */
type Together = {
  readonly variable: string;
  readonly scope: Scope;
  readonly branches: Scope[];
  readonly wanted: Map<string, { branch: number; from: string }>;
  readonly looped: boolean;
  readonly returns: Return[];
};

/** A way back to before a Parallel out of one of its branches: for an approval in there of which one block begins further out. */
type Return = { readonly key: string; readonly step: Approval; readonly redo: Redo };

type Emitting = {
  readonly needs: Needs;
  readonly taken: Set<string>;
  /** In which scope a step runs; filled before any state is made. */
  readonly scopeOf: Map<string, Scope>;
  /** All that has finished for certain when a step begins. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  /** The each-step that a step is in. */
  readonly eachOf: ReadonlyMap<string, string>;
  /** Values that a gate has to fetch, by the step behind it. */
  readonly fetched: Map<string, Map<string, Reference[]>>;
  /** The counters of the blocks that a step is in, outermost first, up to the next each. */
  readonly roundsOf: Map<string, readonly string[]>;
  /** Steps in other branches that a step waits for. */
  readonly gatesOf: Map<string, readonly string[]>;
  readonly planned: Map<Arrangement, Planned>;
  readonly eaches: Set<string>;
  togethers: number;
};
type Planned = { readonly together: Together } | { readonly item: Scope; readonly body: Arrangement };

/** Ids have no double underscore, so names with one are ours. A variable begins with a letter, and hides no function. */
const variable = (id: string): string => {
  const name = id.replaceAll('-', '_');
  return /^[a-z]/.test(name) && !MACHINE_FUNCTIONS.has(name) ? name : `step__${name}`;
};
/** A block has one counter; where changes and rejections go back to different steps, an approval has two blocks. */
const counterOf = ({ id, on_changes }: Approval, redo: string): string =>
  `${variable(id)}__${on_changes === undefined || on_changes.redo === redo ? 'rounds' : 'rejects'}`;

export const emitSteps = (
  steps: readonly Step[],
  needs: Needs,
  ends: { readonly [E in End | 'finished']: string },
): { readonly start: string; readonly states: States; readonly counters: State } => {
  const before = new Map<string, ReadonlySet<string>>();
  const eachOf = new Map<string, string>();
  noteBefore(steps, undefined, before, eachOf);
  const emitting: Emitting = {
    needs,
    taken: new Set(),
    before,
    eachOf,
    scopeOf: new Map(),
    fetched: new Map(),
    roundsOf: new Map(),
    gatesOf: new Map(),
    planned: new Map(),
    eaches: new Set(),
    togethers: 0,
  };
  const top: Scope = {
    states: {},
    kept: new Map(),
    loopedTogethers: [],
    ends: new Map([
      ['stopped', ends.stopped],
      ['rejected', ends.rejected],
      ['expired', ends.expired],
    ]),
    label: 'run',
  };
  const arrangement = arrange(steps);
  lay(arrangement, top, [], emitting);
  layReturns(steps, emitting);
  for (const step of emitting.scopeOf.keys()) fetchWhatIsNeeded(step, emitting);
  for (const planned of emitting.planned.values()) bringOutOfItems(planned, emitting);
  for (const planned of emitting.planned.values()) if ('together' in planned) bringOutKept(planned.together);
  const start = emit(arrangement, top, ends.finished, emitting);
  return { start, states: top.states, counters: keptAtFirst(top) };
};

const noteBefore = (
  steps: readonly Step[],
  each: Step | undefined,
  before: Map<string, ReadonlySet<string>>,
  eachOf: Map<string, string>,
): void => {
  const { ancestors } = graphOf(steps);
  for (const step of steps) {
    before.set(
      step.id,
      new Set([...(ancestors.get(step.id) ?? []), ...(each === undefined ? [] : (before.get(each.id) ?? []))]),
    );
    if (each !== undefined) eachOf.set(step.id, each.id);
    if (step.type === 'each') noteBefore(step.steps, step, before, eachOf);
  }
};

// First pass: which step runs in which scope ----------------------------------------------------------

const lay = (part: Arrangement, scope: Scope, rounds: readonly string[], emitting: Emitting): void => {
  switch (part.kind) {
    case 'step': {
      const { step } = part;
      emitting.scopeOf.set(step.id, scope);
      emitting.roundsOf.set(step.id, rounds);
      emitting.gatesOf.set(step.id, part.gates);
      emitting.taken.add(step.id);
      if (step.type === 'each') {
        emitting.eaches.add(step.id);
        const item: Scope = {
          outer: scope,
          states: {},
          kept: new Map(),
          loopedTogethers: [],
          ends: new Map(),
          label: step.id,
          each: step,
        };
        const body = arrange(step.steps);
        emitting.planned.set(part, { item, body });
        lay(body, item, [], emitting);
      }
      return;
    }
    case 'row':
      for (const inner of part.parts) lay(inner, scope, rounds, emitting);
      return;
    case 'block': {
      const counter = counterOf(part.approval, part.redo);
      scope.kept.set(counter, { variable: counter, first: 0 });
      lay(part.body, scope, [...rounds, counter], emitting);
      return;
    }
    case 'together': {
      emitting.togethers += 1;
      const together: Together = {
        variable: `together__${emitting.togethers}`,
        scope,
        branches: [],
        wanted: new Map(),
        looped: rounds.length > 0,
        returns: [],
      };
      emitting.planned.set(part, { together });
      if (together.looped) scope.loopedTogethers.push(together);
      for (const inner of part.parts) {
        const branch: Scope = {
          outer: scope,
          states: {},
          kept: new Map(),
          loopedTogethers: [],
          ends: new Map(),
          label: firstStep(inner),
          branchOf: together,
        };
        together.branches.push(branch);
        lay(inner, branch, rounds, emitting);
      }
    }
  }
};

/**
 * An approval with two blocks may run in a branch of the wider one: where that holds steps that the narrower does not,
 * beside it. The way back to the wider block's first step then leads out of the Parallels between.
 */
const layReturns = (steps: readonly Step[], emitting: Emitting): void => {
  for (const step of steps) {
    if (step.type === 'each') layReturns(step.steps, emitting);
    if (step.type !== 'approval') continue;
    for (const redo of redosOf(step)) {
      const target = emitting.scopeOf.get(redo.redo);
      let scope = emitting.scopeOf.get(step.id) as Scope;
      while (scope !== target && scope.branchOf !== undefined && scope.outer !== undefined) {
        const together = scope.branchOf;
        const key = againKey(step);
        together.wanted.set(key, { branch: together.branches.indexOf(scope), from: 'false' });
        together.returns.push({ key, step, redo });
        scope = scope.outer;
      }
    }
  }
};

const redosOf = ({ on_changes, on_reject }: Approval): readonly Redo[] => [
  ...(on_changes === undefined ? [] : [on_changes]),
  ...(on_reject === 'stop' || on_reject.redo === on_changes?.redo ? [] : [on_reject]),
];
const againKey = ({ id }: Approval): string => `${variable(id)}__again`;

const firstStep = (part: Arrangement): string =>
  part.kind === 'step' ? part.step.id : part.kind === 'block' ? part.redo : firstStep(part.parts[0] as Arrangement);

const scopesUp = (scope: Scope): readonly Scope[] =>
  scope.outer === undefined ? [scope] : [scope, ...scopesUp(scope.outer)];

/** The expressions of a step that its machine evaluates. */
const expressionsOf = (step: string, { needs }: Emitting): readonly Expr[] =>
  [needs.when.get(step), needs.over.get(step)].filter((expr) => expr !== undefined);

/**
 * How results of `of` are called where `scope` is, if they can get there: as a variable of a scope around, or out of
 * a Parallel that has ended. Marks what Parallels have to bring out. Undefined where `of` is in a branch beside.
 */
const nameIn = (scope: Scope, of: string, emitting: Emitting): string | undefined => {
  const target = emitting.scopeOf.get(of);
  if (target === undefined) return undefined;
  const around = scopesUp(scope);
  if (around.includes(target)) return `$${variable(of)}`;
  let inner = target;
  while (inner.outer !== undefined && !around.includes(inner.outer)) inner = inner.outer;
  const together = inner.branchOf;
  // In another branch of the very Parallel that this scope is in, it may be running still.
  if (together === undefined || around.some(({ branchOf }) => branchOf === together)) return undefined;
  return bringOut(together, inner, of, `$${variable(of)}`, emitting);
};

const bringOut = (together: Together, branch: Scope, name: string, direct: string, emitting: Emitting): string => {
  if (!together.wanted.has(name)) {
    const target = emitting.scopeOf.get(name);
    const from = target === undefined || target === branch ? direct : (nameIn(branch, name, emitting) ?? direct);
    together.wanted.set(name, { branch: together.branches.indexOf(branch), from });
  }
  return `$${together.variable}.${printName(name)}`;
};

const fetchWhatIsNeeded = (step: string, emitting: Emitting): void => {
  const scope = emitting.scopeOf.get(step) as Scope;
  for (const expr of expressionsOf(step, emitting)) {
    walkReferences(expr, (reference) => {
      const [root, of = ''] = reference.names;
      if (root !== 'steps') return;
      if (emitting.before.get(step)?.has(of) !== true) {
        if (isDoneAgainWith(step, of, emitting))
          emitting.scopeOf.get(of)?.kept.set(of, { variable: variable(of), first: emitting.eaches.has(of) ? [] : {} });
        return;
      }
      if (nameIn(scope, of, emitting) !== undefined) return;
      const fetched = emitting.fetched.get(step) ?? new Map<string, Reference[]>();
      fetched.set(of, [...(fetched.get(of) ?? []), reference]);
      emitting.fetched.set(step, fetched);
    });
  }
};

/** Whether two steps are in one block, so that the one, although it does not come after the other, may see what that gave in the round before. */
const isDoneAgainWith = (step: string, other: string, { eachOf, roundsOf }: Emitting): boolean => {
  let beside: string | undefined = step;
  while (beside !== undefined && eachOf.get(beside) !== eachOf.get(other)) beside = eachOf.get(beside);
  return (
    beside !== undefined &&
    (roundsOf.get(beside) ?? []).some((counter) => roundsOf.get(other)?.includes(counter) === true)
  );
};

/** What `other` gave in the round before, where a step can see that; else nothing, of an each an empty list. */
const earlierResults = (step: string, other: string, emitting: Emitting): string => {
  if (!isDoneAgainWith(step, other, emitting))
    return `${emitting.eaches.has(other) ? `{"${other}": []}` : '{}'}.${printName(other)}`;
  const around = scopesUp(emitting.scopeOf.get(step) as Scope);
  let inner = emitting.scopeOf.get(other) as Scope;
  if (around.includes(inner)) return `$${variable(other)}`;
  while (inner.outer !== undefined && !around.includes(inner.outer)) inner = inner.outer;
  return `$${inner.branchOf?.variable}.${printName(other)}`;
};

const bringOutOfItems = (planned: Planned, emitting: Emitting): void => {
  if ('item' in planned) resultsOfItem(planned.item, emitting);
};

/** What one item adds to the list of results: the results of its steps that are asked for, by step. */
const resultsOfItem = (item: Scope, emitting: Emitting): State => {
  const { needs } = emitting;
  if (item.each === undefined || !needs.lists.has(item.each.id)) return {};
  const asked = item.each.steps.filter(({ id }) => needs.results.has(id) || needs.lists.has(id));
  return Object.fromEntries(asked.map(({ id }) => [id, query(nameIn(item, id, emitting) as string)]));
};

/** What is kept in a branch is there again when the branch is entered again: it leaves and comes back with the results. */
const bringOutKept = (together: Together): void => {
  if (!together.looped) return;
  for (const [index, branch] of together.branches.entries()) {
    for (const { key, from } of keptIn(branch)) together.wanted.set(key, { branch: index, from });
  }
};

const keptIn = (scope: Scope): readonly { readonly key: string; readonly from: string; readonly first: Json }[] => [
  ...[...scope.kept].map(([key, { variable, first }]) => ({ key, from: `$${variable}`, first })),
  ...scope.loopedTogethers.flatMap((together) =>
    together.branches
      .flatMap(keptIn)
      .map(({ key, first }) => ({ key, from: `$${together.variable}.${printName(key)}`, first })),
  ),
];

/** What a scope begins with of all that is kept. */
const keptAtFirst = (scope: Scope): State => {
  const around = scope.branchOf;
  const begun = (key: string, first: Json): Json =>
    around?.looped === true ? query(`$${around.variable}.${printName(key)}`) : first;
  const own = [...scope.kept].map(([key, { variable, first }]) => [variable, begun(key, first)] as const);
  const carried = scope.loopedTogethers.flatMap((together) => {
    const kept = together.branches.flatMap(keptIn);
    return kept.length === 0
      ? []
      : [[together.variable, Object.fromEntries(kept.map(({ key, first }) => [key, begun(key, first)]))] as const];
  });
  return Object.fromEntries([...own, ...carried]);
};

const walkReferences = (expr: Expr, visit: (reference: Reference) => void): void => {
  printExpression(expr, (reference) => {
    visit(reference);
    return '';
  });
};

/** An author's expression in the words of the machine. */
const inMachine = (expr: Expr, step: string, scope: Scope, emitting: Emitting): string => {
  const text = printExpression(expr, ({ names: [root = '', second = '', ...rest] }) => {
    const tail = (parts: readonly string[]): string => parts.map((part) => `.${printName(part)}`).join('');
    if (root !== 'steps') return `$${variable(root)}${tail(second === '' ? [] : [second, ...rest])}`;
    if (emitting.before.get(step)?.has(second) !== true)
      return `${earlierResults(step, second, emitting)}${tail(rest)}`;
    const name = emitting.fetched.get(step)?.has(second)
      ? `$${awaited(step)}.${printName(second)}`
      : nameIn(scope, second, emitting);
    return `${name}${tail(rest)}`;
  });
  // Both stand in literals only. What looks like a placeholder would be filled in, and some engines want an expression on one line.
  return text
    .replaceAll('${', '\\u0024{')
    .replaceAll(/[\u2028\u2029]/g, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'));
};

const awaited = (step: string): string => `${variable(step)}__awaited`;

/** A condition gives true or false and nothing else, whatever the author's expression gives. */
const asCondition = (expr: Expr, text: string, emitting: Emitting): string => {
  const inner = expr.kind === 'block' && expr.expressions.length === 1 ? (expr.expressions[0] as Expr) : expr;
  if (inner.kind === 'binary' && ['=', '!=', 'and', 'or', 'in'].includes(inner.operator)) return text;
  // What is compared with nothing gives nothing; these sides are always there.
  if (
    inner.kind === 'binary' &&
    ['<', '<=', '>', '>='].includes(inner.operator) &&
    isThere(inner.left, emitting) &&
    isThere(inner.right, emitting)
  )
    return text;
  if (inner.kind === 'call' && inner.name === 'exists') return text;
  return inner.kind === 'reference' ? `${text} = true` : `$boolean(${text}) = true`;
};

/** The checker has seen to it that a whole condition names only what is there; of an item and of a list nobody knows what they hold. */
const isThere = (expr: Expr, { eaches }: Emitting): boolean => {
  if (expr.kind === 'literal') return true;
  if (expr.kind === 'call') return expr.name === 'count';
  if (expr.kind !== 'reference') return false;
  const [root = '', second = ''] = expr.names;
  return ['inputs', 'run'].includes(root)
    ? expr.names.length === 2
    : root === 'steps' && expr.names.length === 3 && !eaches.has(second);
};

// Second pass: the states -----------------------------------------------------------------------------

/** @returns the name of the state with which the part begins. */
const emit = (part: Arrangement, scope: Scope, next: Next, emitting: Emitting): string => {
  switch (part.kind) {
    case 'row':
      return [...part.parts]
        .reverse()
        .reduce<Next>((after, inner) => emit(inner, scope, after, emitting), next) as string;
    case 'block':
      return emit(part.body, scope, next, emitting);
    case 'together':
      return emitTogether(part, scope, next, emitting);
    case 'step':
      return emitStep(part.step, part, scope, next, emitting);
  }
};

/** A name that no other state of the machine has, at most 80 characters long. */
const freeName = (wanted: string, { taken }: Emitting): string => {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted} (${count})`;
  taken.add(name);
  return name;
};

/** Where a step begins: at its gate, its condition, or itself. Known before its states are made, so that a choice can lead back to it. */
const startOf = (step: string, { fetched, gatesOf, needs, eaches }: Emitting): string => {
  if ((gatesOf.get(step)?.length ?? 0) > 0 || fetched.has(step)) return `${step}.gate`;
  if (needs.when.has(step)) return `${step}.when`;
  return eaches.has(step) ? `${step}.open` : step;
};

const emitStep = (step: Step, part: Arrangement, scope: Scope, next: Next, emitting: Emitting): string => {
  const { needs, fetched } = emitting;
  const payload = occurrenceOf(step.id, scope, emitting);
  const isNeeded = needs.results.has(step.id) || needs.lists.has(step.id);
  const assign: State = isNeeded ? { [variable(step.id)]: query('$states.result') } : {};
  const assignAnswer: State = isNeeded ? { [variable(step.id)]: query('$states.result.Payload') } : {};
  const waiting = {
    payload,
    assign,
    catch: catches(scope, emitting, { stopped: [ERRORS.stopped], expired: ['States.Timeout', ERRORS.expired] }),
    next,
  };
  const calling = {
    payload,
    assign: assignAnswer,
    catch: catches(scope, emitting, { stopped: [ERRORS.stopped] }),
    next,
  };
  switch (step.type) {
    case 'task':
      scope.states[step.id] = waitState({ function: FUNCTIONS.openStep, ...waiting });
      break;
    case 'approval':
      scope.states[step.id] = waitState({
        function: FUNCTIONS.openStep,
        ...waiting,
        next: emitDecision(step, scope, next, emitting),
      });
      break;
    case 'email':
      scope.states[step.id] = callState({ function: FUNCTIONS.sendEmail, ...calling });
      break;
    case 'wait':
      scope.states[step.id] = waitState({ function: FUNCTIONS.holdStep, ...waiting });
      break;
    case 'call':
      scope.states[step.id] = waitState({ function: FUNCTIONS.callSystem, ...waiting });
      break;
    case 'run':
      scope.states[step.id] = step.wait
        ? waitState({ function: FUNCTIONS.startSubRun, ...waiting })
        : callState({ function: FUNCTIONS.startSubRun, ...calling });
      break;
    case 'each':
      emitEach(step, emitting.planned.get(part) as { item: Scope; body: Arrangement }, payload, scope, next, emitting);
  }
  const body = step.type === 'each' ? `${step.id}.open` : step.id;
  const condition = needs.when.get(step.id);
  if (condition !== undefined) {
    // What was skipped has no results: an empty map, so that `$exists` can ask for them; an each has none to list.
    const skipped: State = isNeeded ? { [variable(step.id)]: step.type === 'each' ? [] : {} } : {};
    scope.states[`${step.id}.skip`] = callState({ function: FUNCTIONS.skipStep, ...calling, assign: skipped });
    scope.states[`${step.id}.when`] = choiceState(
      [{ condition: asCondition(condition, inMachine(condition, step.id, scope, emitting), emitting), next: body }],
      `${step.id}.skip`,
    );
  }
  const toFetch = fetched.get(step.id);
  const awaitedSteps = [...new Set([...(emitting.gatesOf.get(step.id) ?? []), ...(toFetch?.keys() ?? [])])];
  if (awaitedSteps.length > 0) {
    const kept: State = toFetch === undefined ? {} : { [awaited(step.id)]: query('$states.result') };
    scope.states[`${step.id}.gate`] = waitState({
      function: FUNCTIONS.awaitSteps,
      ...waiting,
      payload: { ...payload, steps: awaitedSteps },
      assign: kept,
      next: condition === undefined ? body : `${step.id}.when`,
    });
  }
  return startOf(step.id, emitting);
};

/** What the vote came to. Whatever is none of these ends the machine: silence or nonsense never approves. */
const emitDecision = (step: Approval, scope: Scope, next: Next, emitting: Emitting): string => {
  const counters = redosOf(step).map(({ redo }) => `$${counterOf(step, redo)}`);
  const again = (decision: string, redo: Redo): Rule => {
    const counter = counterOf(step, redo.redo);
    const asked = `$states.input.decision = "${decision}" and $${counter} < ${mostRounds(step)}${counters.length > 1 ? ` and ${counters.join(' + ')} < ${mostRounds(step)}` : ''}`;
    if (emitting.scopeOf.get(redo.redo) !== scope) return { condition: asked, next: emitReturn(step, scope, emitting) };
    return { condition: asked, assign: { [counter]: query(`$${counter} + 1`) }, next: startOf(redo.redo, emitting) };
  };
  const name = `${step.id}.decision`;
  const unknown = `${step.id}.undecided`;
  scope.states[name] = choiceState(
    [
      { condition: '$states.input.decision in ["approve", "skip"]', next: next ?? emitEnd(step.id, scope) },
      ...(step.on_changes === undefined ? [] : [again('request_changes', step.on_changes)]),
      step.on_reject === 'stop'
        ? { condition: '$states.input.decision = "reject"', next: endOf(scope, 'rejected', emitting) }
        : again('reject', step.on_reject),
    ],
    unknown,
  );
  scope.states[unknown] = failState(
    ERRORS.undecided,
    `The decision on ${step.id} is none that this machine knows, or comes after the last round.`,
  );
  return name;
};

/** A choice cannot end a branch, so something has to stand behind it. */
const emitEnd = (step: string, scope: Scope): string => {
  const name = `${step}.end`;
  scope.states[name] = { Type: 'Succeed' };
  return name;
};

/** Out of a branch, with all that leaves it otherwise too. */
const emitReturn = (step: Approval, scope: Scope, emitting: Emitting): string => {
  const { wanted, branches } = scope.branchOf as Together;
  const leaving = [...wanted].filter(([, { branch }]) => branch === branches.indexOf(scope));
  const name = freeName(`${step.id}.again`, emitting);
  scope.states[name] = passState({
    output: Object.fromEntries(leaving.map(([key, { from }]) => [key, query(key === againKey(step) ? 'true' : from)])),
    next: undefined,
  });
  return name;
};

/** Behind a Parallel out of which a way leads back. */
const emitReturns = ({ variable, returns, scope }: Together, next: Next, emitting: Emitting): string => {
  const rules = returns.map(({ key, step, redo }): Rule => {
    const asked = `$${variable}.${key} = true`;
    if (emitting.scopeOf.get(redo.redo) !== scope) return { condition: asked, next: emitReturn(step, scope, emitting) };
    const counter = counterOf(step, redo.redo);
    return {
      condition: `${asked} and $${counter} < ${mostRounds(step)}`,
      assign: { [counter]: query(`$${counter} + 1`) },
      next: startOf(redo.redo, emitting),
    };
  });
  const { id } = (returns[0] as Return).step;
  const name = freeName(`${id}.returns`, emitting);
  scope.states[name] = choiceState(rules, next ?? emitEnd(id, scope));
  return name;
};

const emitTogether = (
  part: Arrangement & { kind: 'together' },
  scope: Scope,
  next: Next,
  emitting: Emitting,
): string => {
  const { together } = emitting.planned.get(part) as { together: Together };
  const branches = part.parts.map((inner, index) => {
    const branch = together.branches[index] as Scope;
    const wanted = [...together.wanted].filter(([, { branch: from }]) => from === index);
    let last: Next;
    if (wanted.length > 0) {
      last = freeName(`${branch.label}.results`, emitting);
      branch.states[last] = passState({
        output: Object.fromEntries(wanted.map(([name, { from }]) => [name, query(from)])),
        next: undefined,
      });
    }
    return { StartAt: begin(branch, emit(inner, branch, last, emitting), {}, emitting), States: branch.states };
  });
  const labels = together.branches.map(({ label }) => label);
  const all = labels.join(' & ');
  const name = freeName(all.length <= 70 ? all : `${labels[0]} & ${labels.length - 1} more`, emitting);
  let after = next;
  if (together.wanted.size > 0) {
    after =
      `${name}.results`.length <= 80
        ? freeName(`${name}.results`, emitting)
        : freeName(`${labels[0]}.together`, emitting);
    const brought = Object.fromEntries(
      [...together.wanted].map(([result, { branch }]) => [
        result,
        query(`$states.input[${branch}].${printName(result)}`),
      ]),
    );
    // Behind the Parallel and not in it: not every engine assigns there (trust.md).
    scope.states[after] = passState({
      assign: { [together.variable]: brought },
      output: {},
      next: together.returns.length > 0 ? emitReturns(together, next, emitting) : next,
    });
  }
  scope.states[name] = parallelState(branches, innerCatches(together.branches, scope, emitting), after);
  return name;
};

const emitEach = (
  step: Each,
  { item, body }: { item: Scope; body: Arrangement },
  payload: State,
  scope: Scope,
  next: Next,
  emitting: Emitting,
): void => {
  const over = emitting.needs.over.get(step.id) as Expr;
  const list = inMachine(over, step.id, scope, emitting);
  // In brackets one item becomes a list and a list stays one, save where it is written as such.
  const items = over.kind === 'list' ? list : `[${list}]`;
  const results = resultsOfItem(item, emitting);
  let last: Next;
  if (emitting.needs.lists.has(step.id)) {
    last = freeName(`${step.id}.results`, emitting);
    item.states[last] = passState({ output: results, next: undefined });
  }
  const outer = scopesUp(scope).find(({ each }) => each !== undefined)?.each;
  const round = roundText(step.id, emitting);
  const key = `${outer === undefined ? '' : `$${itemKey(outer)} & "/" & `}$string(${round}) & ":" & $string($states.input.index)`;
  const first = emit(body, item, last, emitting);
  const start = begin(
    item,
    first,
    { [itemKey(step)]: query(key), [variable(step.as)]: query('$states.input.value') },
    emitting,
  );
  const assign: State = emitting.needs.lists.has(step.id) ? { [variable(step.id)]: query('$states.result') } : {};
  scope.states[`${step.id}.open`] = callState({
    function: FUNCTIONS.openEach,
    payload: { ...payload, count: query(`$count(${items})`) },
    catch: catches(scope, emitting, { stopped: [ERRORS.stopped] }),
    next: step.id,
  });
  scope.states[step.id] = mapState({
    items,
    atOnce: step.at_once,
    branch: { StartAt: start, States: item.states },
    assign,
    catch: innerCatches([item], scope, emitting),
    next,
  });
};

const itemKey = (each: Each): string => `${variable(each.id)}__key`;

/** The state with which a branch or item begins: one that assigns what it counts with, where there is such. */
const begin = (scope: Scope, first: string, assign: State, emitting: Emitting): string => {
  const all = { ...assign, ...keptAtFirst(scope) };
  if (Object.keys(all).length === 0) return first;
  const name = freeName(`${scope.label}.${scope.each === undefined ? 'begin' : 'item'}`, emitting);
  scope.states[name] = passState({ assign: all, output: {}, next: first });
  return name;
};

// What states have in common --------------------------------------------------------------------------

const roundText = (step: string, { roundsOf }: Emitting): string => {
  const counters = (roundsOf.get(step) ?? []).map((counter) => `$${counter}`);
  return ['1', ...counters].join(' + ');
};

const occurrenceOf = (step: string, scope: Scope, emitting: Emitting): State => {
  const round = roundText(step, emitting);
  const eaches = scopesUp(scope).flatMap(({ each }) => each ?? []);
  const [innermost] = eaches;
  return {
    run: query('$run.id'),
    step,
    round: round === '1' ? 1 : query(round),
    ...(innermost === undefined
      ? {}
      : {
          item: query(`$${itemKey(innermost)}`),
          values: Object.fromEntries([...eaches].reverse().map(({ as }) => [as, query(`$${variable(as)}`)])),
        }),
  };
};

/** In a branch the way home is to fail: the Parallel or Map around it knows what the error means. */
const endOf = (scope: Scope, end: End, emitting: Emitting): string => {
  const there = scope.ends.get(end);
  if (there !== undefined) return there;
  const name = freeName(`${scope.label}.${end}`, emitting);
  scope.ends.set(end, name);
  scope.states[name] = failState(ERRORS[end], CAUSES[end]);
  return name;
};
const CAUSES: { readonly [E in End]: string } = {
  stopped: 'The run has ended.',
  rejected: 'The work was rejected.',
  expired: 'The wait came to its end.',
};

const catches = (
  scope: Scope,
  emitting: Emitting,
  ends: { readonly [E in End]?: readonly string[] },
): readonly Json[] =>
  Object.entries(ends).map(([end, errors]) => ({ ErrorEquals: errors, Next: endOf(scope, end as End, emitting) }));

/** Errors that come out of branches or items, and what they mean around them. */
const innerCatches = (inner: readonly Scope[], scope: Scope, emitting: Emitting): readonly Json[] =>
  (['stopped', 'rejected', 'expired'] as const)
    .filter((end) => inner.some(({ ends }) => ends.has(end)))
    .map((end) => ({ ErrorEquals: [ERRORS[end]], Next: endOf(scope, end, emitting) }));
