/**
 * From the arrangement of the steps to states.
 *
 * Promises: one state a step, named as the step; an approval has its choice behind it, a condition its choice
 * before it. Every branch goes home by itself when the run is stopped. Variables are assigned before they are
 * read on every way, and no branch assigns a name that is assigned outside of it.
 * Hides: the two passes: what runs where (lay-out.ts, results.ts), then the states.
 */
import { ERRORS, FUNCTIONS } from '../contract.ts';
import { type Expr, printName } from '../language/expression.ts';
import type { Approval, Each, Redo, Step } from '../language/workflow.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { asCondition, awaited, inMachine } from './author-expressions.ts';
import { lay, layReturns, noteBefore } from './lay-out.ts';
import type { Needs } from './needs.ts';
import { bringOutKept, bringOutOfItems, fetchWhatIsNeeded, keptAtFirst, resultsOfItem } from './results.ts';
import {
  againKey,
  counterOf,
  type Emitting,
  type End,
  freeName,
  mostRounds,
  type Return,
  type Scope,
  scopesUp,
  startOf,
  type Together,
  variable,
  waysBackOf,
} from './scopes.ts';
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
  const counters = waysBackOf(step).map(({ redo }) => `$${counterOf(step, redo)}`);
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
