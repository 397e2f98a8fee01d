/** The map of a source that says none. */
import type { Hook } from './workflow.ts';

/** A map by which each of these inputs is what bears its name in the payload. */
export const mapByName = (inputs: readonly string[]): Hook['map'] =>
  Object.fromEntries(inputs.map((name) => [name, `\`${name}\``]));
