/**
 * What comes after what in a machine, read from its states alone: what nests in a row is in order, what a gate waits
 * for is too, and nothing else.
 */
type Scope = { readonly StartAt: string; readonly States: { readonly [name: string]: AnyState } };
type AnyState = {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Branches?: readonly Scope[];
  readonly ItemProcessor?: Scope;
  readonly Arguments?: {
    readonly FunctionName: string;
    readonly Payload: { readonly step?: string; readonly steps?: readonly string[] };
  };
};

/** Of each step, those that have finished for certain when it begins. Steps of an each only know those beside them. */
export const orderIn = (asl: unknown): ReadonlyMap<string, ReadonlySet<string>> => {
  const before = new Map<string, Set<string>>();
  walk(asl as Scope, new Set(), before);
  // What stood before a gate's awaited step stands before all that follows the gate.
  const whole = new Map<string, ReadonlySet<string>>();
  const close = (step: string): ReadonlySet<string> => {
    const known = whole.get(step);
    if (known !== undefined) return known;
    const all = new Set<string>();
    whole.set(step, all);
    for (const other of before.get(step) ?? []) for (const one of [other, ...close(other)]) all.add(one);
    return all;
  };
  for (const step of before.keys()) close(step);
  return whole;
};

export const gatesIn = (asl: unknown): readonly string[] => JSON.stringify(asl).match(/"[a-z0-9-]+\.gate":\{/g) ?? [];

/** Where a decision of an inner row leads back, in this row; it is numbered where it passes several. */
const RETURNS = /\.returns(?: \(\d+\))?$/;

/** Goes forward only: past a condition to its step, past a decision as if approved. */
const walk = (scope: Scope, passed: ReadonlySet<string>, before: Map<string, Set<string>>): ReadonlySet<string> => {
  const so_far = new Set(passed);
  const met = new Set<string>();
  for (let name: string | undefined = scope.StartAt; name !== undefined; ) {
    if (met.has(name)) throw new Error(`${name} is met a second time on the way forward`);
    met.add(name);
    const state: AnyState = scope.States[name] as AnyState;
    const { FunctionName, Payload } = state.Arguments ?? {};
    if (FunctionName === '${CloseRun}') break;
    const step = Payload?.step;
    if (FunctionName === '${AwaitSteps}') before.set(String(step), new Set([...so_far, ...(Payload?.steps ?? [])]));
    else if (step === name || state.ItemProcessor !== undefined) {
      before.set(name, new Set([...so_far, ...(before.get(name) ?? [])]));
      if (state.ItemProcessor !== undefined) walk(state.ItemProcessor, new Set(), before);
      so_far.add(name);
    }
    for (const inner of (state.Branches ?? []).map((branch) => walk(branch, so_far, before)))
      for (const one of inner) so_far.add(one);
    if (state.Type !== 'Choice') name = state.Next;
    else name = RETURNS.test(name) ? state.Default : state.Choices?.[0]?.Next;
  }
  return so_far;
};
