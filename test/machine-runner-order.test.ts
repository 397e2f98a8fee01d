/** Whatever the order in which answers come, and whoever plays it again, a run comes out the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../infra/sandbox/machine-runner.ts';
import { MachinePlayer } from './support/machine-player.ts';
import type { LooseJson } from './support/machine-sample.ts';

/** A tree of waits: in a row, side by side, or for each of some items. */
type Tree = { readonly kind: 'wait' } | { readonly kind: 'row' | 'beside' | 'each'; readonly parts: readonly Tree[] };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<Tree>({ kind: 'wait' }),
    fc.record({
      kind: fc.constantFrom('row', 'beside', 'each'),
      parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<Tree>,
  ),
}));

/** Each state puts out what went in and what it did, so that the output tells the whole story. */
function machineOf(whole: Tree): LooseJson {
  let number = 0;
  const scope = (part: Tree): LooseJson => {
    const states: LooseJson = {};
    const names = (part.kind === 'row' ? part.parts : [part]).map((step) => {
      const name = `s${number++}`;
      states[name] = stateOf(step, name);
      return name;
    });
    for (const [index, name] of names.entries())
      Object.assign(states[name], index < names.length - 1 ? { Next: names[index + 1] } : { End: true });
    return { StartAt: names[0], States: states };
  };
  const stateOf = (part: Tree, name: string): LooseJson => {
    const Output = { name, input: '{% $states.input %}', result: '{% $states.result %}' };
    if (part.kind === 'wait') {
      return {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Output,
        Arguments: { FunctionName: '${OpenStep}', Payload: { step: name, token: '{% $states.context.Task.Token %}' } },
      };
    }
    if (part.kind === 'beside') return { Type: 'Parallel', Branches: part.parts.map(scope), Output };
    const inner = scope({ kind: 'row', parts: part.kind === 'row' ? [part] : part.parts });
    return {
      Type: 'Map',
      Items: [1, 2],
      MaxConcurrency: part.parts.length,
      ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'INLINE' } },
      Output,
    };
  };
  return { QueryLanguage: 'JSONata', ...scope(flat(whole)) };
}

/** Rows within rows would need a state of their own. */
function flat(part: Tree): Tree {
  if (part.kind === 'wait') return part;
  const parts = part.parts.map(flat).flatMap((inner) => (inner.kind === 'row' ? inner.parts : [inner]));
  return { kind: part.kind, parts };
}

/** Answers every open wait, the next one each time by `choose`. */
async function play(asl: LooseJson, choose: (open: number) => number) {
  const player = await MachinePlayer.start(asl, 'start');
  const open: (Effect & { kind: 'invoke' })[] = [...player.invocations];
  while (open.length > 0) {
    const [call] = open.splice(choose(open.length), 1);
    if (!call) break;
    const { effects } = await player.send({
      kind: 'token-success',
      token: call.token ?? '',
      output: `done ${(call.payload as LooseJson).step}`,
    });
    open.push(...effects.filter((effect) => effect.kind === 'invoke'));
  }
  return player.execution;
}

describe('in any machine of rows, branches and items', () => {
  it('the output and what is counted do not depend on the order of the answers', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.infiniteStream(fc.nat()), async (whole, numbers) => {
        const asl = machineOf(whole);
        const first = await play(asl, () => 0);
        const other = await play(asl, (open) => numbers.next().value % open);
        expect(first.status).toBe('SUCCEEDED');
        expect(other.output).toEqual(first.output);
        expect(other.historyEvents).toBe(first.historyEvents);
        expect(other.entered.toSorted()).toEqual(first.entered.toSorted());
      }),
      { numRuns: 150 },
    );
  });

  it('a run that is played again with the same events is the same run', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), async (whole, numbers) => {
        const asl = machineOf(whole);
        const once = () => {
          let turn = 0;
          return play(asl, (open) => (numbers[turn++ % numbers.length] ?? 0) % open);
        };
        expect(await once()).toEqual(await once());
      }),
      { numRuns: 50 },
    );
  });
});
