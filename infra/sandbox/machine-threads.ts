/** How the threads of an execution nest: what state each is in, what its queries see, and what ends with it. */
import { type Definition, type Scope, type State, UnknownConstruct } from './machine-definition.ts';
import type { Execution, JsonObject, Thread } from './machine-execution.ts';
import type { Sight } from './machine-queries.ts';

/** A thread and those around it, inmost first. */
function lineageOf(execution: Execution, thread: Thread): Thread[] {
  const above = thread.parent && execution.threads[thread.parent.thread];
  return above ? [thread, ...lineageOf(execution, above)] : [thread];
}

function scopeOf(definition: Definition, execution: Execution, { parent }: Thread): Scope {
  const above = parent && execution.threads[parent.thread];
  if (!above) return definition;
  const state = stateOf(definition, execution, above);
  const inner =
    state.Type === 'Parallel' ? state.Branches[parent.index] : state.Type === 'Map' ? state.ItemProcessor : undefined;
  if (!inner) throw new UnknownConstruct(`${above.state} has no branches: the execution belongs to another machine`);
  return inner;
}

export function stateOf(definition: Definition, execution: Execution, thread: Thread): State {
  const state = scopeOf(definition, execution, thread).States[thread.state];
  if (!state) throw new UnknownConstruct(`no state ${thread.state}: the execution belongs to another machine`);
  return state;
}

export function retriesOf({ retries }: Thread): number {
  return Object.values(retries).reduce((sum, used) => sum + used, 0);
}

/** Whatever went on within a thread's Parallel or Map is over; what still comes for it finds nobody. */
export function abandonChildren(execution: Execution, { id }: Thread): void {
  for (const child of Object.values(execution.threads)) {
    if (child.parent?.thread !== id) continue;
    delete execution.threads[child.id];
    abandonChildren(execution, child);
  }
}

/** What the queries of a thread's state see: the variables of all scopes around it, and `$states`. */
export function sightOf(
  execution: Execution,
  thread: Thread,
  now: string,
  more: JsonObject,
  context: JsonObject,
): Sight {
  const lineage = lineageOf(execution, thread);
  const item = lineage.find((candidate) => candidate.item)?.item;
  const token = thread.activity.kind === 'task' ? thread.activity.token : undefined;
  const machine = machineOf(execution.id);
  const states: JsonObject = {
    input: thread.input,
    ...more,
    context: {
      Execution: {
        Id: execution.id,
        Input: execution.input,
        Name: execution.name,
        StartTime: execution.startedAt,
        RedriveCount: execution.redrives ?? 0,
      },
      State: { Name: thread.state, EnteredTime: thread.enteredAt, RetryCount: retriesOf(thread) },
      StateMachine: { Id: machine, Name: machine.split(':').at(-1) ?? '' },
      ...(token === undefined ? {} : { Task: { Token: token } }),
      ...(item ? { Map: { Item: { Index: item.index, Value: item.value } } } : {}),
      ...context,
    },
  };
  const variables = Object.assign({}, ...lineage.toReversed().map((around) => around.variables)) as JsonObject;
  // Copies: JSONata leaves marks on the arrays that it reads.
  return { now, states: copied(states), variables: copied(variables) };
}

/** The machine of `arn:…:execution:MACHINE:NAME`. */
function machineOf(execution: string): string {
  return execution.replace(':execution:', ':stateMachine:').split(':').slice(0, -1).join(':');
}

/** Both are plain JSON. */
const copied = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));
