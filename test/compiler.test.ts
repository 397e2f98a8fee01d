/** What becomes of each kind of step: the smallest file, and the whole machine that it gives. */
import { describe, expect, it } from 'vitest';
import {
  CALL,
  CLOSE_FINISHED,
  CLOSE_STOPPED,
  CLOSES,
  callCatch,
  compiledFromText,
  EXPIRED,
  innerCatch,
  MACHINE,
  OPEN,
  STOPPED,
  WAIT,
  waitCatch,
} from './support/compiler-literals.ts';

describe('a machine', () => {
  it('opens the run, opens a task and waits for its token, and closes the run', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'draft' },
        draft: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'draft',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('does the steps of a file in their order', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: publish, title: Publish, owner: writer }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'draft' },
        draft: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'draft',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'publish',
        },
        publish: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'publish',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('does steps side by side that come after the same', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: idea, title: Idea, owner: writer }
  - { step: draft, title: Draft, owner: writer, after: [idea] }
  - { step: images, title: Images, owner: designer, after: [idea] }
  - { step: publish, title: Publish, owner: writer, after: [draft, images] }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'idea' },
        idea: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'idea',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'draft & images',
        },
        'draft & images': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'draft',
              States: {
                draft: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'draft',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  End: true,
                },
                'draft.stopped': STOPPED,
                'draft.expired': EXPIRED,
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
          Next: 'publish',
        },
        publish: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'publish',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('begins a step with `after: []` at once, beside all that stands above it', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: images, title: Images, owner: designer, after: [] }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'draft & images' },
        'draft & images': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'draft',
              States: {
                draft: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'draft',
                      round: 1,
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  End: true,
                },
                'draft.stopped': STOPPED,
                'draft.expired': EXPIRED,
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
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('asks a condition before its step, and skips the step when it is false', () => {
    const { asl } = compiledFromText(`
inputs:
  budget: { type: money, default: 0 }
steps:
  - { step: review, title: Review, owner: cmo, when: inputs.budget > 50000 }
  - { step: publish, title: Publish, owner: writer }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}' },
          Next: 'review.when',
        },
        'review.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $inputs.budget > 50000 %}', Next: 'review' }],
          Default: 'review.skip',
        },
        review: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'review',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'publish',
        },
        publish: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'publish',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        'review.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'review', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'publish',
        },
        ...CLOSES,
      },
    });
  });

  it('sends a mail and goes on', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: announce, title: Announce, type: email, to: [a@example.org], subject: Out, body: It is out. }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'announce' },
        announce: {
          ...CALL,
          Arguments: {
            FunctionName: '${SendEmail}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'announce', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSE_FINISHED,
        ...CLOSE_STOPPED,
      },
    });
  });

  it('holds a wait by a token, for time is not the machine’s', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: pause, title: Pause, type: wait, for: 2 days }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'pause' },
        pause: {
          ...WAIT,
          Arguments: {
            FunctionName: '${HoldStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'pause',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('calls another system and waits for what comes of it', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: tell, title: Tell, type: call, url: https://example.org/ }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'tell' },
        tell: {
          ...WAIT,
          Arguments: {
            FunctionName: '${CallSystem}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'tell',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('starts another run and goes on', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: follow-up, title: Follow up, type: run, workflow: newsletter }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'follow-up' },
        'follow-up': {
          ...CALL,
          Arguments: {
            FunctionName: '${StartSubRun}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'follow-up', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSE_FINISHED,
        ...CLOSE_STOPPED,
      },
    });
  });

  it('starts another run and waits for its end with `wait: true`', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: follow-up, title: Follow up, type: run, workflow: newsletter, wait: true }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'follow-up' },
        'follow-up': {
          ...WAIT,
          Arguments: {
            FunctionName: '${StartSubRun}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'follow-up',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('tells a variable from a function of the same name, and begins none with a digit', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: count, title: Count, owner: writer, fields: { n: { type: number, required: true } } }
  - { step: 2nd-count, title: Again, owner: writer, when: steps.count.n > 3, fields: { n: { type: number, required: true } } }
  - { step: report, title: Report, owner: writer, when: $exists(steps.2nd-count.n) }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'count' },
        count: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'count',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Assign: { step__count: '{% $states.result %}' },
          Catch: waitCatch('run'),
          Next: '2nd-count.when',
        },
        '2nd-count.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $step__count.n > 3 %}', Next: '2nd-count' }],
          Default: '2nd-count.skip',
        },
        '2nd-count': {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: '2nd-count',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Assign: { step__2nd_count: '{% $states.result %}' },
          Catch: waitCatch('run'),
          Next: 'report.when',
        },
        'report.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $exists($step__2nd_count.n) %}', Next: 'report' }],
          Default: 'report.skip',
        },
        report: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'report',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'run.finished',
        },
        'report.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'report', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'run.finished',
        },
        '2nd-count.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: '2nd-count', round: 1 },
          },
          Assign: { step__2nd_count: {} },
          Output: {},
          Catch: callCatch('run'),
          Next: 'report.when',
        },
        ...CLOSES,
      },
    });
  });
});
