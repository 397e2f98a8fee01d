/**
 * Finds what is wrong with a compiled state machine before AWS, or worse a run, does.
 *
 * `checkMachine` is pure and total: whatever comes in, it returns a list of defects and never throws. It finds all of
 * the machine's defects at once, including those that no published validator sees: a token wait that passes no token,
 * a loop without a bound, a variable that some path leaves unassigned. It knows the machines that our compiler emits
 * (Standard, JSONata throughout, Lambda the only integration) and calls everything else a defect, because everything
 * else is something that neither our tests nor the sandbox has ever run.
 *
 * The checks: machine-fields (what stands in each state), machine-strings (what stands in each value), machine-flow
 * (where states lead), machine-variables (what is assigned when).
 */
import type { MachineDefect, Report } from './machine-defects.ts';
import { checkFields } from './machine-fields.ts';
import { checkFlow } from './machine-flow.ts';
import { isObject, type Json, readScope } from './machine-reading.ts';
import { checkStrings } from './machine-strings.ts';
import { checkVariables } from './machine-variables.ts';

export type { MachineDefect, MachineDefectCode } from './machine-defects.ts';

export interface MachineCheckOptions {
  /** The names that may stand in `${…}`: the functions that the stack will fill in. Any name when left out. */
  readonly functions?: readonly string[];
}

/** Step Functions takes at most 1 MB of definition. */
const LARGEST_DEFINITION = 1_048_576;

export function checkMachine(asl: unknown, options: MachineCheckOptions = {}): MachineDefect[] {
  const defects: MachineDefect[] = [];
  const said = new Set<string>();
  const report: Report = (code, path, message) => {
    // Two checks may stumble over the same thing, such as a field of JSONPath and the path in it.
    const key = `${code} ${path} ${code === 'jsonpath-leftover' ? '' : message}`;
    if (said.has(key)) return;
    said.add(key);
    defects.push({ code, path, message });
  };
  try {
    const machine = asJson(asl, report);
    if (machine === undefined) return defects;
    const root = readScope(machine);
    checkFields(root, report);
    checkStrings(root, options.functions, report);
    checkFlow(root, report);
    checkVariables(root, report);
  } catch (error) {
    // Only what cannot be walked at all comes here, such as a template nested ten thousand deep.
    report('not-a-machine', '', `cannot be read as a state machine: ${String(error)}`);
  }
  return defects;
}

/** Through text and back, so that what is checked is what AWS would be sent: no getters, cycles or prototypes. */
function asJson(asl: unknown, report: Report): { [key: string]: Json } | undefined {
  const text = JSON.stringify(asl) as string | undefined;
  if (text !== undefined && Buffer.byteLength(text) > LARGEST_DEFINITION) {
    report('machine-too-large', '', `${Buffer.byteLength(text)} bytes; Step Functions takes ${LARGEST_DEFINITION}`);
  }
  const machine: unknown = text === undefined ? undefined : JSON.parse(text);
  if (isObject(machine)) return machine;
  report('not-a-machine', '', 'a state machine is a JSON object with StartAt and States');
  return undefined;
}
