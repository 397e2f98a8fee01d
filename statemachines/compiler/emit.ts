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
import type { Approval, Each, Redo, Step } from '../language/workflow.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { MACHINE_FUNCTIONS } from './machine-expressions.ts';
import type { Needs } from './needs.ts';
import { callState, choiceState, failState, type Json, mapState, type Next, parallelState, passState, query, type Rule, type State, type States, waitState } from './states.ts';

/** How often changes can be asked for at most: what the file allows, and as often again by the lead's leave. */
export const mostRounds = (approval: Approval): number => {
  const allowed = (redo: Redo | 'stop' | undefined): number => (redo === undefined || redo === 'stop' ? 0 : redo.rounds);
  return 2 * (allowed(approval.on_changes) + allowed(approval.on_reject));
};

type Scope = {
  readonly outer?: Scope;
  readonly states: { [name: string]: State };
  /** Approvals whose rounds are counted here, and Parallels that are done again. */
  readonly counted: string[];
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

/** A Parallel, and what of its branches is needed outside. */
type Together = { readonly variable: string; readonly scope: Scope; readonly branches: Scope[]; readonly wanted: Map<string, { branch: number; from: string }>; readonly looped: boolean };

type Emitting = {
  readonly needs: Needs;
  readonly taken: Set<string>;
  /** In which scope a step runs; filled before any state is made. */
  readonly scopeOf: Map<string, Scope>;
  /** Values that a gate has to fetch, by the step behind it. */
  readonly fetched: Map<string, Map<string, Reference[]>>;
  /** The approvals whose blocks a step is in, outermost first, up to the next each. */
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
const roundsVariable = (approval: string): string => `${variable(approval)}__rounds`;

export const emitSteps = (steps: readonly Step[], needs: Needs, ends: { readonly [E in End | 'finished']: string }): { readonly start: string; readonly states: States; readonly counters: State } => {
  const emitting: Emitting = { needs, taken: new Set(), scopeOf: new Map(), fetched: new Map(), roundsOf: new Map(), gatesOf: new Map(), planned: new Map(), eaches: new Set(), togethers: 0 };
  const top: Scope = { states: {}, counted: [], loopedTogethers: [], ends: new Map([['stopped', ends.stopped], ['rejected', ends.rejected], ['expired', ends.expired]]), label: 'run' };
  const arrangement = arrange(steps);
  lay(arrangement, top, [], emitting);
  for (const step of emitting.scopeOf.keys()) fetchWhatIsNeeded(step, emitting);
  for (const planned of emitting.planned.values()) bringOutOfItems(planned, emitting);
  for (const planned of emitting.planned.values()) if ('together' in planned) bringOutCounters(planned.together);
  const start = emit(arrangement, top, ends.finished, emitting);
  return { start, states: top.states, counters: countersOf(top) };
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
        const item: Scope = { outer: scope, states: {}, counted: [], loopedTogethers: [], ends: new Map(), label: step.id, each: step };
        const body = arrange(step.steps);
        emitting.planned.set(part, { item, body });
        lay(body, item, [], emitting);
      }
      return;
    }
    case 'row':
      for (const inner of part.parts) lay(inner, scope, rounds, emitting);
      return;
    case 'block':
      // An approval has one counter, also where changes and rejections go back to different steps.
      if (!scope.counted.includes(part.approval)) scope.counted.push(part.approval);
      lay(part.body, scope, rounds.includes(part.approval) ? rounds : [...rounds, part.approval], emitting);
      return;
    case 'together': {
      emitting.togethers += 1;
      const together: Together = { variable: `together__${emitting.togethers}`, scope, branches: [], wanted: new Map(), looped: rounds.length > 0 };
      emitting.planned.set(part, { together });
      if (together.looped) scope.loopedTogethers.push(together);
      for (const inner of part.parts) {
        const branch: Scope = { outer: scope, states: {}, counted: [], loopedTogethers: [], ends: new Map(), label: firstStep(inner), branchOf: together };
        together.branches.push(branch);
        lay(inner, branch, rounds, emitting);
      }
    }
  }
};

const firstStep = (part: Arrangement): string => (part.kind === 'step' ? part.step.id : part.kind === 'block' ? part.redo : firstStep(part.parts[0] as Arrangement));

const scopesUp = (scope: Scope): readonly Scope[] => (scope.outer === undefined ? [scope] : [scope, ...scopesUp(scope.outer)]);

/** The expressions of a step that its machine evaluates. */
const expressionsOf = (step: string, { needs }: Emitting): readonly Expr[] => [needs.when.get(step), needs.over.get(step)].filter((expr) => expr !== undefined);

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
      if (root !== 'steps' || nameIn(scope, of, emitting) !== undefined) return;
      const fetched = emitting.fetched.get(step) ?? new Map<string, Reference[]>();
      fetched.set(of, [...(fetched.get(of) ?? []), reference]);
      emitting.fetched.set(step, fetched);
    });
  }
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

/** Rounds that are counted in a branch go on counting when the branch is entered again: they leave and come back with its results. */
const bringOutCounters = (together: Together): void => {
  if (!together.looped) return;
  for (const [index, branch] of together.branches.entries()) {
    for (const [name, from] of carriedIn(branch)) together.wanted.set(name, { branch: index, from });
  }
};

const carriedIn = (scope: Scope): readonly (readonly [name: string, from: string])[] => [
  ...scope.counted.map((approval) => [roundsVariable(approval), `$${roundsVariable(approval)}`] as const),
  ...scope.loopedTogethers.flatMap((together) => together.branches.flatMap(carriedIn).map(([name]) => [name, `$${together.variable}.${name}`] as const)),
];

/** What counts rounds in a scope, with which it begins. */
const countersOf = (scope: Scope): State => {
  const from = scope.branchOf;
  const first = (name: string): Json => (from?.looped === true ? query(`$${from.variable}.${name}`) : 0);
  const own = scope.counted.map((approval) => [roundsVariable(approval), first(roundsVariable(approval))] as const);
  const carried = scope.loopedTogethers.flatMap((together) => {
    const names = together.branches.flatMap(carriedIn).map(([name]) => name);
    return names.length === 0 ? [] : [[together.variable, Object.fromEntries(names.map((name) => [name, first(name)]))] as const];
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
const inMachine = (expr: Expr, step: string, scope: Scope, emitting: Emitting): string =>
  printExpression(expr, ({ names: [root = '', second = '', ...rest] }) => {
    const tail = (parts: readonly string[]): string => parts.map((part) => `.${printName(part)}`).join('');
    if (root !== 'steps') return `$${variable(root)}${tail(second === '' ? [] : [second, ...rest])}`;
    const name = emitting.fetched.get(step)?.has(second) ? `$${awaited(step)}.${printName(second)}` : nameIn(scope, second, emitting);
    return `${name}${tail(rest)}`;
  });

const awaited = (step: string): string => `${variable(step)}__awaited`;

/** A condition gives true or false and nothing else, whatever the author's expression gives. */
const asCondition = (expr: Expr, text: string): string => {
  const inner = expr.kind === 'block' && expr.expressions.length === 1 ? (expr.expressions[0] as Expr) : expr;
  if (inner.kind === 'binary' && ['=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in'].includes(inner.operator)) return text;
  if (inner.kind === 'call' && ['exists', 'not', 'contains'].includes(inner.name)) return text;
  return inner.kind === 'reference' ? `${text} = true` : `$boolean(${text}) = true`;
};

// Second pass: the states -----------------------------------------------------------------------------

/** @returns the name of the state with which the part begins. */
const emit = (part: Arrangement, scope: Scope, next: Next, emitting: Emitting): string => {
  switch (part.kind) {
    case 'row':
      return [...part.parts].reverse().reduce<Next>((after, inner) => emit(inner, scope, after, emitting), next) as string;
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
  const waiting = { payload, assign, catch: catches(scope, emitting, { Stopped: 'stopped', 'States.Timeout': 'expired' }), next };
  const calling = { payload, assign: assignAnswer, catch: catches(scope, emitting, { Stopped: 'stopped' }), next };
  switch (step.type) {
    case 'task':
      scope.states[step.id] = waitState({ function: FUNCTIONS.openStep, ...waiting });
      break;
    case 'approval':
      scope.states[step.id] = waitState({ function: FUNCTIONS.openStep, ...waiting, next: emitDecision(step, scope, next, emitting) });
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
      scope.states[step.id] = step.wait ? waitState({ function: FUNCTIONS.startSubRun, ...waiting }) : callState({ function: FUNCTIONS.startSubRun, ...calling });
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
    scope.states[`${step.id}.when`] = choiceState([{ condition: asCondition(condition, inMachine(condition, step.id, scope, emitting)), next: body }], `${step.id}.skip`);
  }
  const toFetch = fetched.get(step.id);
  const awaitedSteps = [...new Set([...(emitting.gatesOf.get(step.id) ?? []), ...(toFetch?.keys() ?? [])])];
  if (awaitedSteps.length > 0) {
    const kept: State = toFetch === undefined ? {} : { [awaited(step.id)]: query('$states.result') };
    scope.states[`${step.id}.gate`] = waitState({ function: FUNCTIONS.awaitSteps, ...waiting, payload: { ...payload, steps: awaitedSteps }, assign: kept, next: condition === undefined ? body : `${step.id}.when` });
  }
  return startOf(step.id, emitting);
};

/** What the vote came to. Whatever is none of these ends the machine: silence or nonsense never approves. */
const emitDecision = (step: Approval, scope: Scope, next: Next, emitting: Emitting): string => {
  const counter = roundsVariable(step.id);
  const again = (decision: string, redo: Redo): Rule => ({
    condition: `$states.input.decision = "${decision}" and $${counter} < ${mostRounds(step)}`,
    assign: { [counter]: query(`$${counter} + 1`) },
    next: startOf(redo.redo, emitting),
  });
  const name = `${step.id}.decision`;
  const unknown = `${step.id}.undecided`;
  scope.states[name] = choiceState(
    [
      { condition: '$states.input.decision in ["approve", "skip"]', next: next ?? emitEnd(step.id, scope) },
      ...(step.on_changes === undefined ? [] : [again('request_changes', step.on_changes)]),
      step.on_reject === 'stop' ? { condition: '$states.input.decision = "reject"', next: endOf(scope, 'rejected', emitting) } : again('reject', step.on_reject),
    ],
    unknown,
  );
  scope.states[unknown] = failState(ERRORS.undecided, `The decision on ${step.id} is none that this machine knows, or comes after the last round.`);
  return name;
};

/** A choice cannot end a branch, so something has to stand behind it. */
const emitEnd = (step: string, scope: Scope): string => {
  const name = `${step}.end`;
  scope.states[name] = { Type: 'Succeed' };
  return name;
};

const emitTogether = (part: Arrangement & { kind: 'together' }, scope: Scope, next: Next, emitting: Emitting): string => {
  const { together } = emitting.planned.get(part) as { together: Together };
  const branches = part.parts.map((inner, index) => {
    const branch = together.branches[index] as Scope;
    const wanted = [...together.wanted].filter(([, { branch: from }]) => from === index);
    let last: Next;
    if (wanted.length > 0) {
      last = freeName(`${branch.label}.results`, emitting);
      branch.states[last] = passState({ output: Object.fromEntries(wanted.map(([name, { from }]) => [name, query(from)])), next: undefined });
    }
    return { StartAt: begin(branch, emit(inner, branch, last, emitting), {}, emitting), States: branch.states };
  });
  const labels = together.branches.map(({ label }) => label);
  const all = labels.join(' & ');
  const name = freeName(all.length <= 70 ? all : `${labels[0]} & ${labels.length - 1} more`, emitting);
  let after = next;
  if (together.wanted.size > 0) {
    after = `${name}.results`.length <= 80 ? freeName(`${name}.results`, emitting) : freeName(`${labels[0]}.together`, emitting);
    const brought = Object.fromEntries([...together.wanted].map(([result, { branch }]) => [result, query(`$states.input[${branch}].${printName(result)}`)]));
    // Behind the Parallel and not in it: not every engine assigns there (trust.md).
    scope.states[after] = passState({ assign: { [together.variable]: brought }, output: {}, next });
  }
  scope.states[name] = parallelState(branches, innerCatches(together.branches, scope, emitting), after);
  return name;
};

const emitEach = (step: Each, { item, body }: { item: Scope; body: Arrangement }, payload: State, scope: Scope, next: Next, emitting: Emitting): void => {
  const over = emitting.needs.over.get(step.id) as Expr;
  const items = `[${inMachine(over, step.id, scope, emitting)}]`;
  const results = resultsOfItem(item, emitting);
  let last: Next;
  if (emitting.needs.lists.has(step.id)) {
    last = `${step.id}.results`;
    item.states[last] = passState({ output: results, next: undefined });
  }
  const outer = scopesUp(scope).find(({ each }) => each !== undefined)?.each;
  const round = roundText(step.id, emitting);
  const key = `${outer === undefined ? '' : `$${itemKey(outer)} & "/" & `}$string(${round}) & ":" & $string($states.input.index)`;
  const first = emit(body, item, last, emitting);
  const start = begin(item, first, { [itemKey(step)]: query(key), [variable(step.as)]: query('$states.input.value') }, emitting);
  const assign: State = emitting.needs.lists.has(step.id) ? { [variable(step.id)]: query('$states.result') } : {};
  scope.states[`${step.id}.open`] = callState({ function: FUNCTIONS.openEach, payload: { ...payload, count: query(`$count(${items})`) }, catch: catches(scope, emitting, { Stopped: 'stopped' }), next: step.id });
  scope.states[step.id] = mapState({ items, atOnce: step.at_once, branch: { StartAt: start, States: item.states }, assign, catch: innerCatches([item], scope, emitting), next });
};

const itemKey = (each: Each): string => `${variable(each.id)}__key`;

/** The state with which a branch or item begins: one that assigns what it counts with, where there is such. */
const begin = (scope: Scope, first: string, assign: State, emitting: Emitting): string => {
  const all = { ...assign, ...countersOf(scope) };
  if (Object.keys(all).length === 0) return first;
  const name = freeName(`${scope.label}.${scope.each === undefined ? 'begin' : 'item'}`, emitting);
  scope.states[name] = passState({ assign: all, output: {}, next: first });
  return name;
};

// What states have in common --------------------------------------------------------------------------

const roundText = (step: string, { roundsOf }: Emitting): string => {
  const counters = (roundsOf.get(step) ?? []).map((approval) => `$${roundsVariable(approval)}`);
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
    ...(innermost === undefined ? {} : { item: query(`$${itemKey(innermost)}`), values: Object.fromEntries([...eaches].reverse().map(({ as }) => [as, query(`$${variable(as)}`)])) }),
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
const CAUSES: { readonly [E in End]: string } = { stopped: 'The run has ended.', rejected: 'The work was rejected.', expired: 'The wait came to its end.' };

const catches = (scope: Scope, emitting: Emitting, ends: { readonly [error: string]: End }): readonly Json[] =>
  Object.entries(ends).map(([error, end]) => ({ ErrorEquals: [error], Next: endOf(scope, end, emitting) }));

/** Errors that come out of branches or items, and what they mean around them. */
const innerCatches = (inner: readonly Scope[], scope: Scope, emitting: Emitting): readonly Json[] =>
  (['stopped', 'rejected', 'expired'] as const)
    .filter((end) => inner.some(({ ends }) => ends.has(end)))
    .map((end) => ({ ErrorEquals: [ERRORS[end]], Next: endOf(scope, end, emitting) }));
