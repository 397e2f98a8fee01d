/** Approvals: what their votes lead to, and how what they send back is done again. */
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

describe('an approval', () => {
  it('goes on when approved, ends the run when rejected, and fails for anything else', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo] }
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
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'approve.decision',
        },
        'approve.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'approve.undecided',
        },
        'approve.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('goes back with `on_changes` as often as the file allows, and as often again by the lead’s leave', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 2 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}', approve__rounds: 0 }, Next: 'draft' },
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
          Catch: waitCatch('run'),
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
          Catch: waitCatch('run'),
          Next: 'approve.decision',
        },
        'approve.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $approve__rounds < 4 %}',
              Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
              Next: 'draft',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'approve.undecided',
        },
        'approve.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('goes back for a rejection too with `on_reject: { redo }`, and counts both together', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 1 }, on_reject: { redo: draft, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}', approve__rounds: 0 }, Next: 'draft' },
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
          Catch: waitCatch('run'),
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
          Catch: waitCatch('run'),
          Next: 'approve.decision',
        },
        'approve.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $approve__rounds < 4 %}',
              Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
              Next: 'draft',
            },
            {
              Condition: '{% $states.input.decision = "reject" and $approve__rounds < 4 %}',
              Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
              Next: 'draft',
            },
          ],
          Default: 'approve.undecided',
        },
        'approve.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
      },
    });
  });

  it('counts apart what goes back to different steps, so that a round is one more only where something is done again', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: idea, title: Idea, owner: writer }
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 1 }, on_reject: { redo: idea, rounds: 2 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', approve__rejects: 0, approve__rounds: 0 },
          Next: 'idea',
        },
        idea: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'idea',
              round: '{% 1 + $approve__rejects %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'draft',
        },
        draft: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'draft',
              round: '{% 1 + $approve__rejects + $approve__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
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
              round: '{% 1 + $approve__rejects + $approve__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'approve.decision',
        },
        'approve.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition:
                '{% $states.input.decision = "request_changes" and $approve__rounds < 6 and $approve__rounds + $approve__rejects < 6 %}',
              Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
              Next: 'draft',
            },
            {
              Condition:
                '{% $states.input.decision = "reject" and $approve__rejects < 6 and $approve__rounds + $approve__rejects < 6 %}',
              Assign: { approve__rejects: '{% $approve__rejects + 1 %}' },
              Next: 'idea',
            },
          ],
          Default: 'approve.undecided',
        },
        'approve.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
      },
    });
  });

  it('leads out of a branch where the wider of its two blocks begins before the Parallel', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: idea, title: Idea, owner: writer }
  - { step: draft, title: Draft, owner: writer, after: [idea] }
  - { step: images, title: Images, owner: designer, after: [idea] }
  - { step: approve, title: Approve, type: approval, of: draft, after: [draft, images], approvers: [cmo], on_changes: { redo: draft, rounds: 1 }, on_reject: { redo: idea, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', approve__rejects: 0, together__1: { approve__rounds: 0 } },
          Next: 'idea',
        },
        idea: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'idea',
              round: '{% 1 + $approve__rejects %}',
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
              StartAt: 'draft.begin',
              States: {
                'draft.begin': {
                  Type: 'Pass',
                  Assign: { approve__rounds: '{% $together__1.approve__rounds %}' },
                  Output: {},
                  Next: 'draft',
                },
                draft: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'draft',
                      round: '{% 1 + $approve__rejects + $approve__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'approve.gate',
                },
                'approve.gate': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${AwaitSteps}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'approve',
                      round: '{% 1 + $approve__rejects + $approve__rounds %}',
                      steps: ['images'],
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
                      round: '{% 1 + $approve__rejects + $approve__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'approve.decision',
                },
                'approve.decision': {
                  Type: 'Choice',
                  Choices: [
                    { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'draft.results' },
                    {
                      Condition:
                        '{% $states.input.decision = "request_changes" and $approve__rounds < 4 and $approve__rounds + $approve__rejects < 4 %}',
                      Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
                      Next: 'draft',
                    },
                    {
                      Condition:
                        '{% $states.input.decision = "reject" and $approve__rejects < 4 and $approve__rounds + $approve__rejects < 4 %}',
                      Next: 'approve.again',
                    },
                  ],
                  Default: 'approve.undecided',
                },
                'draft.results': {
                  Type: 'Pass',
                  Output: { approve__again: '{% false %}', approve__rounds: '{% $approve__rounds %}' },
                  End: true,
                },
                'approve.again': {
                  Type: 'Pass',
                  Output: { approve__again: '{% true %}', approve__rounds: '{% $approve__rounds %}' },
                  End: true,
                },
                'approve.undecided': {
                  Type: 'Fail',
                  Error: 'Undecided',
                  Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
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
                      round: '{% 1 + $approve__rejects %}',
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
          Next: 'draft & images.results',
        },
        'draft & images.results': {
          Type: 'Pass',
          Assign: {
            together__1: {
              approve__again: '{% $states.input[0].approve__again %}',
              approve__rounds: '{% $states.input[0].approve__rounds %}',
            },
          },
          Output: {},
          Next: 'approve.returns',
        },
        'approve.returns': {
          Type: 'Choice',
          Choices: [
            {
              Condition: '{% $together__1.approve__again = true and $approve__rejects < 4 %}',
              Assign: { approve__rejects: '{% $approve__rejects + 1 %}' },
              Next: 'idea',
            },
          ],
          Default: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('that is the last of its branch has an end behind its choice, which cannot end a branch', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo] }
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
                      round: 1,
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
          Catch: innerCatchRejected('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('under a condition is passed over with its choice', () => {
    const { asl } = compiledFromText(`
inputs:
  express: { type: yes_no, required: true }
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], when: inputs.express = false }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}' },
          Next: 'draft',
        },
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
          Next: 'approve.when',
        },
        'approve.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $inputs.express = false %}', Next: 'approve' }],
          Default: 'approve.skip',
        },
        approve: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'approve',
              round: 1,
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'approve.decision',
        },
        'approve.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'approve.undecided',
        },
        'approve.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
        },
        'approve.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'approve', round: 1 },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('goes back to the condition of a step that has one', () => {
    const { asl } = compiledFromText(`
inputs:
  express: { type: yes_no, required: true }
steps:
  - { step: check, title: Check, owner: writer, when: inputs.express }
  - { step: approve, title: Approve, type: approval, of: check, approvers: [cmo], on_changes: { redo: check, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}', approve__rounds: 0 },
          Next: 'check.when',
        },
        'check.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $inputs.express = true %}', Next: 'check' }],
          Default: 'check.skip',
        },
        check: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'check',
              round: '{% 1 + $approve__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
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
          Catch: waitCatch('run'),
          Next: 'approve.decision',
        },
        'approve.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $approve__rounds < 2 %}',
              Assign: { approve__rounds: '{% $approve__rounds + 1 %}' },
              Next: 'check.when',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'approve.undecided',
        },
        'approve.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve is none that this machine knows, or comes after the last round.',
        },
        'check.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'check', round: '{% 1 + $approve__rounds %}' },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'approve',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('in a row with another that sends back to the same step has its rounds within the other’s', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: first, title: First, type: approval, of: draft, approvers: [editor], on_changes: { redo: draft, rounds: 1 } }
  - { step: second, title: Second, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', second__rounds: 0, first__rounds: 0 },
          Next: 'draft',
        },
        draft: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'draft',
              round: '{% 1 + $second__rounds + $first__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'first',
        },
        first: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'first',
              round: '{% 1 + $second__rounds + $first__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'first.decision',
        },
        'first.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'second' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $first__rounds < 2 %}',
              Assign: { first__rounds: '{% $first__rounds + 1 %}' },
              Next: 'draft',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'first.undecided',
        },
        second: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'second',
              round: '{% 1 + $second__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'second.decision',
        },
        'second.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $second__rounds < 2 %}',
              Assign: { second__rounds: '{% $second__rounds + 1 %}' },
              Next: 'draft',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'second.undecided',
        },
        'second.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on second is none that this machine knows, or comes after the last round.',
        },
        'first.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on first is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('whose block stands within another’s has its rounds within the other’s', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: idea, title: Idea, owner: writer }
  - { step: draft, title: Draft, owner: writer }
  - { step: first, title: First, type: approval, of: draft, approvers: [editor], on_changes: { redo: draft, rounds: 1 } }
  - { step: second, title: Second, type: approval, of: draft, approvers: [cmo], on_changes: { redo: idea, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', second__rounds: 0, first__rounds: 0 },
          Next: 'idea',
        },
        idea: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'idea',
              round: '{% 1 + $second__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'draft',
        },
        draft: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'draft',
              round: '{% 1 + $second__rounds + $first__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'first',
        },
        first: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'first',
              round: '{% 1 + $second__rounds + $first__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'first.decision',
        },
        'first.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'second' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $first__rounds < 2 %}',
              Assign: { first__rounds: '{% $first__rounds + 1 %}' },
              Next: 'draft',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'first.undecided',
        },
        second: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'second',
              round: '{% 1 + $second__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'second.decision',
        },
        'second.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $second__rounds < 2 %}',
              Assign: { second__rounds: '{% $second__rounds + 1 %}' },
              Next: 'idea',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'second.undecided',
        },
        'second.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on second is none that this machine knows, or comes after the last round.',
        },
        'first.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on first is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('in a branch counts its rounds there', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 1 } }
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
          Catch: innerCatchRejected('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });

  it('in a branch that is itself done again goes on counting where it was', () => {
    const { asl } = compiledFromText(`
steps:
  - { step: idea, title: Idea, owner: writer }
  - { step: draft, title: Draft, owner: writer, after: [idea] }
  - { step: approve-draft, title: Approve, type: approval, of: draft, approvers: [editor], on_changes: { redo: draft, rounds: 1 } }
  - { step: images, title: Images, owner: designer, after: [idea] }
  - { step: approve-all, title: Approve all, type: approval, of: idea, after: [approve-draft, images], approvers: [cmo], on_changes: { redo: idea, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', approve_all__rounds: 0, together__1: { approve_draft__rounds: 0 } },
          Next: 'idea',
        },
        idea: {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'idea',
              round: '{% 1 + $approve_all__rounds %}',
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
              StartAt: 'draft.begin',
              States: {
                'draft.begin': {
                  Type: 'Pass',
                  Assign: { approve_draft__rounds: '{% $together__1.approve_draft__rounds %}' },
                  Output: {},
                  Next: 'draft',
                },
                draft: {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'draft',
                      round: '{% 1 + $approve_all__rounds + $approve_draft__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'approve-draft',
                },
                'approve-draft': {
                  ...WAIT,
                  Arguments: {
                    FunctionName: '${OpenStep}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'approve-draft',
                      round: '{% 1 + $approve_all__rounds + $approve_draft__rounds %}',
                      token: '{% $states.context.Task.Token %}',
                    },
                  },
                  Catch: waitCatch('draft'),
                  Next: 'approve-draft.decision',
                },
                'approve-draft.decision': {
                  Type: 'Choice',
                  Choices: [
                    { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'draft.results' },
                    {
                      Condition: '{% $states.input.decision = "request_changes" and $approve_draft__rounds < 2 %}',
                      Assign: { approve_draft__rounds: '{% $approve_draft__rounds + 1 %}' },
                      Next: 'draft',
                    },
                    { Condition: '{% $states.input.decision = "reject" %}', Next: 'draft.rejected' },
                  ],
                  Default: 'approve-draft.undecided',
                },
                'draft.results': {
                  Type: 'Pass',
                  Output: { approve_draft__rounds: '{% $approve_draft__rounds %}' },
                  End: true,
                },
                'draft.rejected': REJECTED,
                'approve-draft.undecided': {
                  Type: 'Fail',
                  Error: 'Undecided',
                  Cause:
                    'The decision on approve-draft is none that this machine knows, or comes after the last round.',
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
                      round: '{% 1 + $approve_all__rounds %}',
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
          Catch: innerCatchRejected('run'),
          Next: 'draft & images.results',
        },
        'draft & images.results': {
          Type: 'Pass',
          Assign: { together__1: { approve_draft__rounds: '{% $states.input[0].approve_draft__rounds %}' } },
          Output: {},
          Next: 'approve-all',
        },
        'approve-all': {
          ...WAIT,
          Arguments: {
            FunctionName: '${OpenStep}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'approve-all',
              round: '{% 1 + $approve_all__rounds %}',
              token: '{% $states.context.Task.Token %}',
            },
          },
          Catch: waitCatch('run'),
          Next: 'approve-all.decision',
        },
        'approve-all.decision': {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.decision in ["approve", "skip"] %}', Next: 'run.finished' },
            {
              Condition: '{% $states.input.decision = "request_changes" and $approve_all__rounds < 2 %}',
              Assign: { approve_all__rounds: '{% $approve_all__rounds + 1 %}' },
              Next: 'idea',
            },
            { Condition: '{% $states.input.decision = "reject" %}', Next: 'run.rejected' },
          ],
          Default: 'approve-all.undecided',
        },
        'approve-all.undecided': {
          Type: 'Fail',
          Error: 'Undecided',
          Cause: 'The decision on approve-all is none that this machine knows, or comes after the last round.',
        },
        ...CLOSES,
        ...CLOSE_REJECTED,
      },
    });
  });
});
