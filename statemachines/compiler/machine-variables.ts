/**
 * Which variables are certain to be assigned when a state is entered, and which names may be assigned at all.
 *
 * A definite-assignment analysis: what is certain on entry is what every way to the state brings along. An `Assign`
 * takes effect when its way is taken, so expressions of the same state do not see it; that of a rule or a `Catch`
 * counts on its own way only. Branches and iterations see what is certain where they begin, and keep what they
 * assign to themselves; Step Functions forbids them to assign a name that a scope around them assigns.
 */

import type { Report } from './machine-defects.ts';
import { expressionFacts, expressionIn, MACHINE_FUNCTIONS, stringKind } from './machine-expressions.ts';
import {
  type Edge,
  edgesFrom,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  type Place,
  type Scope,
  under,
} from './machine-reading.ts';
import { everyString } from './machine-strings.ts';

export function checkVariables(root: Scope, report: Report): void {
  const bits = new Map<string, bigint>();
  const bitOf = (name: string): bigint => {
    const known = bits.get(name);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(bits.size);
    bits.set(name, bit);
    return bit;
  };
  checkScope(root, 0n, new Map(), { bitOf, report });
}

interface Ledger {
  /** Sets of names are kept as bits: the analysis is then a few operations a state. */
  readonly bitOf: (name: string) => bigint;
  readonly report: Report;
}

function checkScope(scope: Scope, certain: bigint, outer: ReadonlyMap<string, string>, ledger: Ledger): void {
  const assigned = checkAssigned(scope, outer, ledger);
  const around = new Map([...assigned, ...outer]);
  const entries = entriesOf(scope, certain, ledger);
  for (const place of scope.states) {
    const entry = entries.get(place.name);
    if (entry === undefined) continue; // Nothing leads here, which is another defect.
    checkReads(place, entry, ledger);
    for (const inner of place.inner) checkScope(inner, entry, around, ledger);
  }
}

/** What is certain on entry to each state that can be reached. */
function entriesOf(scope: Scope, certain: bigint, { bitOf }: Ledger): Map<string, bigint> {
  const entries = new Map<string, bigint>();
  const waiting: string[] = [];
  const arrive = (name: string, known: bigint) => {
    const before = entries.get(name);
    const after = before === undefined ? known : before & known;
    if (after === before) return;
    entries.set(name, after);
    waiting.push(name);
  };
  const { StartAt } = scope.fields;
  if (typeof StartAt === 'string' && scope.byName.has(StartAt)) arrive(StartAt, certain);
  const ways = new Map(
    scope.states.map((place) => [place.name, edgesFrom(place).map((edge) => assigning(edge, bitOf))]),
  );
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const entry = entries.get(name) ?? 0n;
    for (const { to, adds } of ways.get(name) ?? []) if (scope.byName.has(to)) arrive(to, entry | adds);
  }
  return entries;
}

function assigning({ to, assign }: Edge, bitOf: Ledger['bitOf']): { to: string; adds: bigint } {
  return { to, adds: Object.keys(assign ?? {}).reduce((bits, name) => bits | bitOf(name), 0n) };
}

function checkReads(place: Place, entry: bigint, { bitOf, report }: Ledger): void {
  for (const { text, path } of everyString(place)) {
    if (stringKind(text) !== 'expression') continue;
    for (const name of expressionFacts(expressionIn(text)).variables) {
      if ((entry & bitOf(name)) !== 0n) continue;
      report('variable-unassigned', path, `some way to this state does not assign $${name}`);
    }
  }
}

/** The names that a scope's own states assign, each with the first place that does. */
function checkAssigned(scope: Scope, outer: ReadonlyMap<string, string>, { report }: Ledger): Map<string, string> {
  const assigned = new Map<string, string>();
  for (const place of scope.states) {
    for (const { assign, path } of assignsOf(place)) {
      for (const name of Object.keys(assign)) {
        const at = under(path, name);
        if (!assigned.has(name)) assigned.set(name, at);
        checkName(name, at, report);
        const clash = outer.get(name);
        if (clash !== undefined)
          report('variable-overlaps', at, `${clash} assigns $${name} in a scope around this one`);
      }
    }
  }
  return assigned;
}

const LONGEST_VARIABLE = 80;

function checkName(name: string, path: string, report: Report): void {
  if (name === 'states') report('states-assigned', path, '$states belongs to Step Functions');
  else if (!/^\p{ID_Start}\p{ID_Continue}*$/u.test(name) || [...name].length > LONGEST_VARIABLE) {
    report('variable-name-invalid', path, `${JSON.stringify(name)} is not an identifier of at most 80 characters`);
  } else if (MACHINE_FUNCTIONS.has(name)) {
    report('variable-hides-function', path, `$${name} is a JSONata function: assign to another name`);
  }
}

/** Every `Assign` of a state: its own, those of its rules and of its catchers. */
function assignsOf({ state, path }: Place): { assign: JsonObject; path: string }[] {
  const found: { assign: JsonObject; path: string }[] = [];
  const add = (holder: Json | undefined, at: string) => {
    if (isObject(holder) && isObject(holder.Assign)) found.push({ assign: holder.Assign, path: under(at, 'Assign') });
  };
  add(state, path);
  for (const field of ['Choices', 'Catch']) {
    for (const [index, holder] of listOf(state[field]).entries()) add(holder, under(under(path, field), index));
  }
  return found;
}
