/** What the reader owes to any text whatever. */
import { expect } from 'vitest';
import type { Fault } from '../../statemachines/language/faults.ts';
import { read, told } from './language-files.ts';

/** A workflow, or faults that stand within the file and say something. */
export const expectAnswer = (
  text: string,
  answer: {
    readonly workflow?: unknown;
    readonly value?: unknown;
    readonly faults: readonly Fault[];
  } = read(text),
): void => {
  const { faults } = answer;
  if (answer.workflow === undefined && answer.value === undefined) expect(faults.length).toBeGreaterThan(0);
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const one of faults) {
    const line = lines[one.line - 1];
    if (
      line === undefined ||
      one.column < 1 ||
      one.column > line.length + 1 ||
      one.length < 1 ||
      /undefined|NaN|\[object|function /.test(`${one.message}${one.fix}`)
    )
      expect.fail(`${told(one)}\nin\n${text.slice(0, 3_000)}`);
  }
};
