/** Branches: what nests, what waits at a gate, and how results get from one to another. */
import { describe, expect, it } from 'vitest';
import {
  CALL,
  CLOSE_REJECTED,
  CLOSES,
  callCatch,
  compiledFromText,
  EXPIRED,
  innerCatch,
  innerCatchRejected,
  MACHINE,
  OPEN,
  REJECTED,
  STOPPED,
  WAIT,
  waitCatch,
} from './support/compiler-literals.ts';

describe('a branch', () => {
  it('waits at a gate for a step in another, where the graph does not nest', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: a, title: A, owner: writer, after: [] }
  - { step: b, title: B, owner: writer, after: [] }
  - { step: c, title: C, owner: writer, after: [a] }
  - { step: d, title: D, owner: writer, after: [a, b] }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'a & b' },
        'a & b': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'a',
              States: {
                a: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'a',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  Next: 'c',
                },
                c: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'c',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  End: true,
                },
                'a.stopped': STOPPED,
                'a.expired': EXPIRED,
              },
            },
            {
              StartAt: 'b',
              States: {
                b: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'b',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('b'),
                  Next: 'd.gate',
                },
                'd.gate': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${AwaitSteps}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'd',
                      round: 1,
                      steps: ['a'],
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('b'),
                  Next: 'd',
                },
                d: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'd',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('b'),
                  End: true,
                },
                'b.stopped': STOPPED,
                'b.expired': EXPIRED,
              },
            },
          ],
          Catch: innerCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('puts out what is asked for behind it, and keeps the rest to itself', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: write-draft, title: Draft, owner: writer, after: [], fields: { words: { type: number, required: true }, link: { type: url } } }
  - { step: images, title: Images, owner: designer, after: [] }
  - { step: cut, title: Cut, owner: writer, after: [write-draft, images], when: steps.write-draft.words > 900 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'write-draft & images' },
        'write-draft & images': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'write-draft',
              States: {
                'write-draft': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'write-draft',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Assign: { write_draft: '{% $states.result %}' },
                  Catch: waitCatch('write-draft'),
                  Next: 'write-draft.results',
                },
                'write-draft.results': { Type: 'Pass', Output: { 'write-draft': '{% $write_draft %}' }, End: true },
                'write-draft.stopped': STOPPED,
                'write-draft.expired': EXPIRED,
              },
            },
            {
              StartAt: 'images',
              States: {
                images: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'images',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('images'),
                  End: true,
                },
                'images.stopped': STOPPED,
                'images.expired': EXPIRED,
              },
            },
          ],
          Catch: innerCatch('run'),
          Next: 'write-draft & images.results',
        },
        'write-draft & images.results': {
          Type: 'Pass',
          Assign: { together__1: { 'write-draft': '{% $states.input[0].`write-draft` %}' } },
          Output: {},
          Next: 'cut.when',
        },
        'cut.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $together__1.`write-draft`.words > 900 %}', Next: 'cut' }],
          Default: 'cut.skip',
        },
        cut: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'cut',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        'cut.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'cut', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('gets by its gate what it needs of a step in another branch', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: a, title: A, owner: writer, after: [] }
  - { step: b-b, title: B, owner: writer, after: [], fields: { n: { type: number, required: true } } }
  - { step: c, title: C, owner: writer, after: [a, b-b] }
  - { step: d, title: D, owner: writer, after: [b-b] }
  - { step: e, title: E, owner: writer, after: [c], when: steps.b-b.n = 1 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'a & b-b' },
        'a & b-b': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'a',
              States: {
                a: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'a',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  Next: 'c.gate',
                },
                'c.gate': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${AwaitSteps}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'c',
                      round: 1,
                      steps: ['b-b'],
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  Next: 'c',
                },
                c: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'c',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  Next: 'e.gate',
                },
                'e.gate': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${AwaitSteps}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'e',
                      round: 1,
                      steps: ['b-b'],
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Assign: { e__awaited: '{% $states.result %}' },
                  Catch: waitCatch('a'),
                  Next: 'e.when',
                },
                'e.when': {
                  Type: 'Choice',
                  Choices: [{ Condition: '{% $e__awaited.`b-b`.n = 1 %}', Next: 'e' }],
                  Default: 'e.skip',
                },
                e: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'e',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  End: true,
                },
                'a.stopped': STOPPED,
                'a.expired': EXPIRED,
                'e.skip': {
                  ...CALL,
                  Arguments: {
                    FunctionName: '${SkipStep}',
                    Payload: { contract: 1, run: '{% $run.id %}', step: 'e', round: 1 },
                  },
                  Output: {},
                  Catch: callCatch('a'),
                  End: true,
                },
              },
            },
            {
              StartAt: 'b-b',
              States: {
                'b-b': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'b-b',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Assign: { b_b: '{% $states.result %}' },
                  Catch: waitCatch('b-b'),
                  Next: 'd',
                },
                d: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'd',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('b-b'),
                  End: true,
                },
                'b-b.stopped': STOPPED,
                'b-b.expired': EXPIRED,
              },
            },
          ],
          Catch: innerCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('waits at one gate for two steps in two others', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: a, title: A, owner: writer, after: [] }
  - { step: b, title: B, owner: writer, after: [] }
  - { step: c, title: C, owner: writer, after: [] }
  - { step: d, title: D, owner: writer, after: [a, b, c] }
  - { step: e, title: E, owner: writer, after: [a] }
  - { step: f, title: F, owner: writer, after: [b] }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'a & b' },
        'a & b': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'a & c',
              States: {
                'a & c': {
                  Type: 'Parallel',
                  Branches: [
                    {
                      StartAt: 'a',
                      States: {
                        a: {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${OpenStep}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'a',
                              round: 1,
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Catch: waitCatch('a'),
                          Next: 'e',
                        },
                        e: {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${OpenStep}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'e',
                              round: 1,
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Catch: waitCatch('a'),
                          End: true,
                        },
                        'a.stopped': STOPPED,
                        'a.expired': EXPIRED,
                      },
                    },
                    {
                      StartAt: 'c',
                      States: {
                        c: {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${OpenStep}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'c',
                              round: 1,
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Catch: waitCatch('c'),
                          Next: 'd.gate',
                        },
                        'd.gate': {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${AwaitSteps}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'd',
                              round: 1,
                              steps: ['b', 'a'],
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Catch: waitCatch('c'),
                          Next: 'd',
                        },
                        d: {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${OpenStep}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'd',
                              round: 1,
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Catch: waitCatch('c'),
                          End: true,
                        },
                        'c.stopped': STOPPED,
                        'c.expired': EXPIRED,
                      },
                    },
                  ],
                  Catch: [
                    { ErrorEquals: ['Stopped'], Next: 'a.stopped (2)' },
                    { ErrorEquals: ['Expired'], Next: 'a.expired (2)' },
                  ],
                  End: true,
                },
                'a.stopped (2)': STOPPED,
                'a.expired (2)': EXPIRED,
              },
            },
            {
              StartAt: 'b',
              States: {
                b: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'b',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('b'),
                  Next: 'f',
                },
                f: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'f',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('b'),
                  End: true,
                },
                'b.stopped': STOPPED,
                'b.expired': EXPIRED,
              },
            },
          ],
          Catch: innerCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('waits anew at a gate within what is done again', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: figures, title: Figures, owner: analyst, after: [] }
  - { step: draft, title: Draft, owner: writer, after: [] }
  - { step: fill-in, title: Fill in, owner: writer, after: [draft, figures] }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'figures & draft' },
        'figures & draft': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'figures',
              States: {
                figures: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'figures',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('figures'),
                  End: true,
                },
                'figures.stopped': STOPPED,
                'figures.expired': EXPIRED,
              },
            },
            {
              StartAt: 'draft.begin',
              States: {
                'draft.begin': { Type: 'Pass', Assign: { approve__rounds: 0 }, Output: {}, Next: 'draft' },
                draft: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'draft',
                      round: '{% 1 + $approve__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'fill-in.gate',
                },
                'fill-in.gate': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${AwaitSteps}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'fill-in',
                      round: '{% 1 + $approve__rounds %}',
                      steps: ['figures'],
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'fill-in',
                },
                'fill-in': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'fill-in',
                      round: '{% 1 + $approve__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'approve',
                },
                approve: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'approve',
                      round: '{% 1 + $approve__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'approve.decision',
                },
                'approve.decision': {
                  Type: 'Choice',
                  Choices: [
                    { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'approve.end' },
                    {
                      Condition: '{% $states.input.decision = "request_changes" and $approve__rounds < 2 %}',
                      Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
                      Next: 'draft',
                    },
                    { Condition: '{% $states.input.decision = "reject" %}', Next: 'draft.rejected' },
                  ],
                  Default: 'approve.undecided',
                },
                'approve.end': { Type: 'Succeed' },
                'draft.rejected': REJECTED,
                'approve.undecided': {
                  Type: 'Fail',
                  Error: 'Undecided',
                  Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
                },
                'draft.stopped': STOPPED,
                'draft.expired': EXPIRED,
              },
            },
          ],
          Catch: innerCatchRejected('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('of a branch puts out through both what is asked for behind them', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: a, title: A, owner: writer, after: [] }
  - { step: b, title: B, owner: writer, after: [a], fields: { n: { type: number, required: true } } }
  - { step: c, title: C, owner: writer, after: [a] }
  - { step: d, title: D, owner: writer, after: [] }
  - { step: e, title: E, owner: writer, after: [b, c, d], when: steps.b.n = 1 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'a & d' },
        'a & d': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'a',
              States: {
                a: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'a',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('a'),
                  Next: 'b & c',
                },
                'b & c': {
                  Type: 'Parallel',
                  Branches: [
                    {
                      StartAt: 'b',
                      States: {
                        b: {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${OpenStep}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'b',
                              round: 1,
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Assign: { b: '{% $states.result %}' },
                          Catch: waitCatch('b'),
                          Next: 'b.results',
                        },
                        'b.results': { Type: 'Pass', Output: { b: '{% $b %}' }, End: true },
                        'b.stopped': STOPPED,
                        'b.expired': EXPIRED,
                      },
                    },
                    {
                      StartAt: 'c',
                      States: {
                        c: {
                          ...WAIT,
                          Arguments: {
                            FunctionName: '${OpenStep}',
                            Payload: {
                              contract: 1,
                              run: '{% $run.id %}',
                              step: 'c',
                              round: 1,
                              token: '{% $states.context.Task.Token %}',
                            },
                          },
                          Catch: waitCatch('c'),
                          End: true,
                        },
                        'c.stopped': STOPPED,
                        'c.expired': EXPIRED,
                      },
                    },
                  ],
                  Catch: innerCatch('a'),
                  Next: 'b & c.results',
                },
                'b & c.results': {
                  Type: 'Pass',
                  Assign: { together__2: { b: '{% $states.input[0].b %}' } },
                  Output: {},
                  Next: 'a.results',
                },
                'a.results': { Type: 'Pass', Output: { b: '{% $together__2.b %}' }, End: true },
                'a.stopped': STOPPED,
                'a.expired': EXPIRED,
              },
            },
            {
              StartAt: 'd',
              States: {
                d: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'd',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('d'),
                  End: true,
                },
                'd.stopped': STOPPED,
                'd.expired': EXPIRED,
              },
            },
          ],
          Catch: innerCatch('run'),
          Next: 'a & d.results',
        },
        'a & d.results': {
          Type: 'Pass',
          Assign: { together__1: { b: '{% $states.input[0].b %}' } },
          Output: {},
          Next: 'e.when',
        },
        'e.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $together__1.b.n = 1 %}', Next: 'e' }],
          Default: 'e.skip',
        },
        e: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'e',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        'e.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'e', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });
});
