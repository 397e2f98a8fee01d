/** States that were entered, told apart by the part of the machine that they are in, whose order is its own. */

type Scope = { readonly name: string; readonly ordered: boolean };
type States = { readonly [name: string]: { readonly [field: string]: unknown } };

/** @returns by scope, `machine` or the Parallel and the number of its branch; of what is in a Map, sorted by name. */
export const inScopes = (
  asl: unknown,
  entered: readonly string[],
): { readonly machine?: readonly string[]; readonly [scope: string]: readonly string[] | undefined } => {
  const scopes = new Map<string, Scope>();
  scopesOf((asl as { readonly States: States }).States, { name: 'machine', ordered: true }, scopes);
  const seen = new Map<string, string[]>();
  for (const state of entered) {
    const scope = scopes.get(state)?.name ?? 'unknown';
    seen.set(scope, [...(seen.get(scope) ?? []), state]);
  }
  const unordered = new Set([...scopes.values()].filter(({ ordered }) => !ordered).map(({ name }) => name));
  return Object.fromEntries(
    [...seen].map(([scope, states]) => [scope, unordered.has(scope) ? states.toSorted() : states]),
  );
};

const scopesOf = (states: States, scope: Scope, found: Map<string, Scope>): void => {
  for (const [name, state] of Object.entries(states)) {
    found.set(name, scope);
    const { Branches = [], ItemProcessor } = state as {
      readonly Branches?: readonly { readonly States: States }[];
      readonly ItemProcessor?: { readonly States: States };
    };
    for (const [index, branch] of Branches.entries())
      scopesOf(branch.States, { name: `${name} ${index}`, ordered: scope.ordered }, found);
    if (ItemProcessor !== undefined) scopesOf(ItemProcessor.States, { name: `${name} items`, ordered: false }, found);
  }
};
