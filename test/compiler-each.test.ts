/** Each: steps that are done once for each item of a list. */
import { describe, expect, it } from 'vitest';
import {
  CALL,
  CLOSE_REJECTED,
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

describe('an each', () => {
  it('says how many items there are, and does its steps for each of them', () => {
    const { asl } = compiledFromText(`
inputs:
  channels: { type: choice, many: true, required: true, options: [mail, web] }
steps:
  - step: posts
    title: Posts
    type: each
    over: inputs.channels
    as: channel
    at_once: 2
    steps:
      - { step: post, title: Post, owner: writer }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}' },
          Next: 'posts.open',
        },
        'posts.open': {
          ...CALL,
          Arguments: {
            FunctionName: '${OpenEach}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'posts',
              round: 1,
              count: '{% $count([$inputs.channels]) %}',
            },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'posts',
        },
        posts: {
          Type: 'Map',
          Items: '{% [$inputs.channels] %}',
          MaxConcurrency: 2,
          ItemSelector: {
            index: '{% $states.context.Map.Item.Index %}',
            value: '{% $states.context.Map.Item.Value %}',
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'posts.item',
            States: {
              'posts.item': {
                Type: 'Pass',
                Assign: {
                  posts__key: '{% $string(1) & ":" & $string($states.input.index) %}',
                  channel: '{% $states.input.value %}',
                },
                Output: {},
                Next: 'post',
              },
              post: {
                ...WAIT,
                Arguments: {
                  FunctionName: '${OpenStep}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'post',
                    round: 1,
                    item: '{% $posts__key %}',
                    values: { channel: '{% $channel %}' },
                    token: '{% $states.context.Task.Token %}',
                  },
                },
                Catch: waitCatch('posts'),
                End: true,
              },
              'posts.stopped': STOPPED,
              'posts.expired': EXPIRED,
            },
          },
          Output: {},
          Catch: innerCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('gives the list of what its items gave, where that is asked for', () => {
    const { asl } = compiledFromText(`
inputs:
  channels: { type: choice, many: true, required: true, options: [mail, web] }
steps:
  - step: posts
    title: Posts
    type: each
    over: inputs.channels
    as: channel
    steps:
      - { step: post, title: Post, owner: writer, fields: { reach: { type: number, required: true } } }
      - { step: check, title: Check, owner: writer }
  - { step: report, title: Report, owner: writer, when: $sum(steps.posts.post.reach) > 100 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}' },
          Next: 'posts.open',
        },
        'posts.open': {
          ...CALL,
          Arguments: {
            FunctionName: '${OpenEach}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'posts',
              round: 1,
              count: '{% $count([$inputs.channels]) %}',
            },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'posts',
        },
        posts: {
          Type: 'Map',
          Items: '{% [$inputs.channels] %}',
          MaxConcurrency: 40,
          ItemSelector: {
            index: '{% $states.context.Map.Item.Index %}',
            value: '{% $states.context.Map.Item.Value %}',
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'posts.item',
            States: {
              'posts.item': {
                Type: 'Pass',
                Assign: {
                  posts__key: '{% $string(1) & ":" & $string($states.input.index) %}',
                  channel: '{% $states.input.value %}',
                },
                Output: {},
                Next: 'post',
              },
              post: {
                ...WAIT,
                Arguments: {
                  FunctionName: '${OpenStep}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'post',
                    round: 1,
                    item: '{% $posts__key %}',
                    values: { channel: '{% $channel %}' },
                    token: '{% $states.context.Task.Token %}',
                  },
                },
                Assign: { post: '{% $states.result %}' },
                Catch: waitCatch('posts'),
                Next: 'check',
              },
              check: {
                ...WAIT,
                Arguments: {
                  FunctionName: '${OpenStep}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'check',
                    round: 1,
                    item: '{% $posts__key %}',
                    values: { channel: '{% $channel %}' },
                    token: '{% $states.context.Task.Token %}',
                  },
                },
                Catch: waitCatch('posts'),
                Next: 'posts.results',
              },
              'posts.results': { Type: 'Pass', Output: { post: '{% $post %}' }, End: true },
              'posts.stopped': STOPPED,
              'posts.expired': EXPIRED,
            },
          },
          Assign: { posts: '{% $states.result %}' },
          Output: {},
          Catch: innerCatch('run'),
          Next: 'report.when',
        },
        'report.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $boolean($sum($posts.post.reach) > 100) = true %}', Next: 'report' }],
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
        ...CLOSES,
      },
    });
  });

  it('within an each gives its items keys and values of both', () => {
    const { asl } = compiledFromText(`
steps:
  - step: markets
    title: Markets
    type: each
    over: '["no", "se"]'
    as: market
    steps:
      - step: posts
        title: Posts
        type: each
        over: '["mail", "web"]'
        as: channel
        steps:
          - { step: post, title: Post, owner: writer, when: market != channel }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'markets.open' },
        'markets.open': {
          ...CALL,
          Arguments: {
            FunctionName: '${OpenEach}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'markets',
              round: 1,
              count: '{% $count(["no", "se"]) %}',
            },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'markets',
        },
        markets: {
          Type: 'Map',
          Items: '{% ["no", "se"] %}',
          MaxConcurrency: 40,
          ItemSelector: {
            index: '{% $states.context.Map.Item.Index %}',
            value: '{% $states.context.Map.Item.Value %}',
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'markets.item',
            States: {
              'markets.item': {
                Type: 'Pass',
                Assign: {
                  markets__key: '{% $string(1) & ":" & $string($states.input.index) %}',
                  market: '{% $states.input.value %}',
                },
                Output: {},
                Next: 'posts.open',
              },
              'posts.open': {
                ...CALL,
                Arguments: {
                  FunctionName: '${OpenEach}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'posts',
                    round: 1,
                    item: '{% $markets__key %}',
                    values: { market: '{% $market %}' },
                    count: '{% $count(["mail", "web"]) %}',
                  },
                },
                Output: {},
                Catch: callCatch('markets'),
                Next: 'posts',
              },
              posts: {
                Type: 'Map',
                Items: '{% ["mail", "web"] %}',
                MaxConcurrency: 40,
                ItemSelector: {
                  index: '{% $states.context.Map.Item.Index %}',
                  value: '{% $states.context.Map.Item.Value %}',
                },
                ItemProcessor: {
                  ProcessorConfig: { Mode: 'INLINE' },
                  StartAt: 'posts.item',
                  States: {
                    'posts.item': {
                      Type: 'Pass',
                      Assign: {
                        posts__key: '{% $markets__key & "/" & $string(1) & ":" & $string($states.input.index) %}',
                        channel: '{% $states.input.value %}',
                      },
                      Output: {},
                      Next: 'post.when',
                    },
                    'post.when': {
                      Type: 'Choice',
                      Choices: [{ Condition: '{% $market != $channel %}', Next: 'post' }],
                      Default: 'post.skip',
                    },
                    post: {
                      ...WAIT,
                      Arguments: {
                        FunctionName: '${OpenStep}',
                        Payload: {
                          contract: 1,
                          run: '{% $run.id %}',
                          step: 'post',
                          round: 1,
                          item: '{% $posts__key %}',
                          values: { market: '{% $market %}', channel: '{% $channel %}' },
                          token: '{% $states.context.Task.Token %}',
                        },
                      },
                      Catch: waitCatch('posts'),
                      End: true,
                    },
                    'posts.stopped': STOPPED,
                    'posts.expired': EXPIRED,
                    'post.skip': {
                      ...CALL,
                      Arguments: {
                        FunctionName: '${SkipStep}',
                        Payload: {
                          contract: 1,
                          run: '{% $run.id %}',
                          step: 'post',
                          round: 1,
                          item: '{% $posts__key %}',
                          values: { market: '{% $market %}', channel: '{% $channel %}' },
                        },
                      },
                      Output: {},
                      Catch: callCatch('posts'),
                      End: true,
                    },
                  },
                },
                Output: {},
                Catch: innerCatch('markets'),
                End: true,
              },
              'markets.stopped': STOPPED,
              'markets.expired': EXPIRED,
            },
          },
          Output: {},
          Catch: innerCatch('run'),
          Next: 'run.finished',
        },
        ...CLOSES,
      },
    });
  });

  it('within an each gives lists in a list, where they are asked for', () => {
    const { asl } = compiledFromText(`
steps:
  - step: markets
    title: Markets
    type: each
    over: '["no", "se"]'
    as: market
    steps:
      - step: posts
        title: Posts
        type: each
        over: '["mail", "web"]'
        as: channel
        steps:
          - { step: post, title: Post, owner: writer }
  - { step: report, title: Report, owner: writer, when: $count(steps.markets.posts.post) > 3 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'markets.open' },
        'markets.open': {
          ...CALL,
          Arguments: {
            FunctionName: '${OpenEach}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'markets',
              round: 1,
              count: '{% $count(["no", "se"]) %}',
            },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'markets',
        },
        markets: {
          Type: 'Map',
          Items: '{% ["no", "se"] %}',
          MaxConcurrency: 40,
          ItemSelector: {
            index: '{% $states.context.Map.Item.Index %}',
            value: '{% $states.context.Map.Item.Value %}',
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'markets.item',
            States: {
              'markets.item': {
                Type: 'Pass',
                Assign: {
                  markets__key: '{% $string(1) & ":" & $string($states.input.index) %}',
                  market: '{% $states.input.value %}',
                },
                Output: {},
                Next: 'posts.open',
              },
              'posts.open': {
                ...CALL,
                Arguments: {
                  FunctionName: '${OpenEach}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'posts',
                    round: 1,
                    item: '{% $markets__key %}',
                    values: { market: '{% $market %}' },
                    count: '{% $count(["mail", "web"]) %}',
                  },
                },
                Output: {},
                Catch: callCatch('markets'),
                Next: 'posts',
              },
              posts: {
                Type: 'Map',
                Items: '{% ["mail", "web"] %}',
                MaxConcurrency: 40,
                ItemSelector: {
                  index: '{% $states.context.Map.Item.Index %}',
                  value: '{% $states.context.Map.Item.Value %}',
                },
                ItemProcessor: {
                  ProcessorConfig: { Mode: 'INLINE' },
                  StartAt: 'posts.item',
                  States: {
                    'posts.item': {
                      Type: 'Pass',
                      Assign: {
                        posts__key: '{% $markets__key & "/" & $string(1) & ":" & $string($states.input.index) %}',
                        channel: '{% $states.input.value %}',
                      },
                      Output: {},
                      Next: 'post',
                    },
                    post: {
                      ...WAIT,
                      Arguments: {
                        FunctionName: '${OpenStep}',
                        Payload: {
                          contract: 1,
                          run: '{% $run.id %}',
                          step: 'post',
                          round: 1,
                          item: '{% $posts__key %}',
                          values: { market: '{% $market %}', channel: '{% $channel %}' },
                          token: '{% $states.context.Task.Token %}',
                        },
                      },
                      Assign: { post: '{% $states.result %}' },
                      Catch: waitCatch('posts'),
                      Next: 'posts.results',
                    },
                    'posts.results': { Type: 'Pass', Output: { post: '{% $post %}' }, End: true },
                    'posts.stopped': STOPPED,
                    'posts.expired': EXPIRED,
                  },
                },
                Assign: { posts: '{% $states.result %}' },
                Output: {},
                Catch: innerCatch('markets'),
                Next: 'markets.results',
              },
              'markets.results': { Type: 'Pass', Output: { posts: '{% $posts %}' }, End: true },
              'markets.stopped': STOPPED,
              'markets.expired': EXPIRED,
            },
          },
          Assign: { markets: '{% $states.result %}' },
          Output: {},
          Catch: innerCatch('run'),
          Next: 'report.when',
        },
        'report.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $count($markets.posts.post) > 3 %}', Next: 'report' }],
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
        ...CLOSES,
      },
    });
  });

  it('in a branch, asked for behind it, leaves the branch as a list', () => {
    const { asl } = compiledFromText(`
steps:
  - step: posts
    title: Posts
    type: each
    after: []
    over: '["mail", "web"]'
    as: channel
    steps:
      - { step: post, title: Post, owner: writer }
  - { step: images, title: Images, owner: designer, after: [] }
  - { step: report, title: Report, owner: writer, after: [posts, images], when: $count(steps.posts) > 1 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}' }, Next: 'posts & images' },
        'posts & images': {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'posts.open',
              States: {
                'posts.open': {
                  ...CALL,
                  Arguments: {
                    FunctionName: '${OpenEach}',
                    Payload: {
                      contract: 1,
                      run: '{% $run.id %}',
                      step: 'posts',
                      round: 1,
                      count: '{% $count(["mail", "web"]) %}',
                    },
                  },
                  Output: {},
                  Catch: callCatch('posts'),
                  Next: 'posts',
                },
                posts: {
                  Type: 'Map',
                  Items: '{% ["mail", "web"] %}',
                  MaxConcurrency: 40,
                  ItemSelector: {
                    index: '{% $states.context.Map.Item.Index %}',
                    value: '{% $states.context.Map.Item.Value %}',
                  },
                  ItemProcessor: {
                    ProcessorConfig: { Mode: 'INLINE' },
                    StartAt: 'posts.item',
                    States: {
                      'posts.item': {
                        Type: 'Pass',
                        Assign: {
                          posts__key: '{% $string(1) & ":" & $string($states.input.index) %}',
                          channel: '{% $states.input.value %}',
                        },
                        Output: {},
                        Next: 'post',
                      },
                      post: {
                        ...WAIT,
                        Arguments: {
                          FunctionName: '${OpenStep}',
                          Payload: {
                            contract: 1,
                            run: '{% $run.id %}',
                            step: 'post',
                            round: 1,
                            item: '{% $posts__key %}',
                            values: { channel: '{% $channel %}' },
                            token: '{% $states.context.Task.Token %}',
                          },
                        },
                        Catch: [
                          { ErrorEquals: ['Stopped'], Next: 'posts.stopped (2)' },
                          { ErrorEquals: ['States.Timeout', 'Expired'], Next: 'posts.expired (2)' },
                        ],
                        Next: 'posts.results (2)',
                      },
                      'posts.results (2)': { Type: 'Pass', Output: {}, End: true },
                      'posts.stopped (2)': STOPPED,
                      'posts.expired (2)': EXPIRED,
                    },
                  },
                  Assign: { posts: '{% $states.result %}' },
                  Output: {},
                  Catch: innerCatch('posts'),
                  Next: 'posts.results',
                },
                'posts.results': { Type: 'Pass', Output: { posts: '{% $posts %}' }, End: true },
                'posts.stopped': STOPPED,
                'posts.expired': EXPIRED,
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
          Next: 'posts & images.results',
        },
        'posts & images.results': {
          Type: 'Pass',
          Assign: { together__1: { posts: '{% $states.input[0].posts %}' } },
          Output: {},
          Next: 'report.when',
        },
        'report.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $count($together__1.posts) > 1 %}', Next: 'report' }],
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
        ...CLOSES,
      },
    });
  });

  it('that is skipped has an empty list', () => {
    const { asl } = compiledFromText(`
inputs:
  express: { type: yes_no, required: true }
steps:
  - step: posts
    title: Posts
    type: each
    when: inputs.express = false
    over: '["mail", "web"]'
    as: channel
    steps:
      - { step: post, title: Post, owner: writer }
  - { step: report, title: Report, owner: writer, when: $exists(steps.posts) and $count(steps.posts) > 1 }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': {
          ...OPEN,
          Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}' },
          Next: 'posts.when',
        },
        'posts.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $inputs.express = false %}', Next: 'posts.open' }],
          Default: 'posts.skip',
        },
        'posts.open': {
          ...CALL,
          Arguments: {
            FunctionName: '${OpenEach}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'posts',
              round: 1,
              count: '{% $count(["mail", "web"]) %}',
            },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'posts',
        },
        posts: {
          Type: 'Map',
          Items: '{% ["mail", "web"] %}',
          MaxConcurrency: 40,
          ItemSelector: {
            index: '{% $states.context.Map.Item.Index %}',
            value: '{% $states.context.Map.Item.Value %}',
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'posts.item',
            States: {
              'posts.item': {
                Type: 'Pass',
                Assign: {
                  posts__key: '{% $string(1) & ":" & $string($states.input.index) %}',
                  channel: '{% $states.input.value %}',
                },
                Output: {},
                Next: 'post',
              },
              post: {
                ...WAIT,
                Arguments: {
                  FunctionName: '${OpenStep}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'post',
                    round: 1,
                    item: '{% $posts__key %}',
                    values: { channel: '{% $channel %}' },
                    token: '{% $states.context.Task.Token %}',
                  },
                },
                Catch: waitCatch('posts'),
                Next: 'posts.results',
              },
              'posts.results': { Type: 'Pass', Output: {}, End: true },
              'posts.stopped': STOPPED,
              'posts.expired': EXPIRED,
            },
          },
          Assign: { posts: '{% $states.result %}' },
          Output: {},
          Catch: innerCatch('run'),
          Next: 'report.when',
        },
        'report.when': {
          Type: 'Choice',
          Choices: [{ Condition: '{% $exists($posts) and ($count($posts) > 1) %}', Next: 'report' }],
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
        'posts.skip': {
          ...CALL,
          Arguments: {
            FunctionName: '${SkipStep}',
            Payload: { contract: 1, run: '{% $run.id %}', step: 'posts', round: 1 },
          },
          Assign: { posts: [] },
          Output: {},
          Catch: callCatch('run'),
          Next: 'report.when',
        },
        ...CLOSES,
      },
    });
  });

  it('that is done again is gone back to where it is opened, and its items have the round in their keys', () => {
    const { asl } = compiledFromText(`
steps:
  - step: posts
    title: Posts
    type: each
    over: '["mail", "web"]'
    as: channel
    steps:
      - { step: post, title: Post, owner: writer }
  - { step: approve, title: Approve, type: approval, of: posts, approvers: [cmo], on_changes: { redo: posts, rounds: 1 } }
`);
    expect(asl).toStrictEqual({
      ...MACHINE,
      States: {
        'run.open': { ...OPEN, Assign: { run: '{% $states.input.run %}', approve__rounds: 0 }, Next: 'posts.open' },
        'posts.open': {
          ...CALL,
          Arguments: {
            FunctionName: '${OpenEach}',
            Payload: {
              contract: 1,
              run: '{% $run.id %}',
              step: 'posts',
              round: '{% 1 + $approve__rounds %}',
              count: '{% $count(["mail", "web"]) %}',
            },
          },
          Output: {},
          Catch: callCatch('run'),
          Next: 'posts',
        },
        posts: {
          Type: 'Map',
          Items: '{% ["mail", "web"] %}',
          MaxConcurrency: 40,
          ItemSelector: {
            index: '{% $states.context.Map.Item.Index %}',
            value: '{% $states.context.Map.Item.Value %}',
          },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'posts.item',
            States: {
              'posts.item': {
                Type: 'Pass',
                Assign: {
                  posts__key: '{% $string(1 + $approve__rounds) & ":" & $string($states.input.index) %}',
                  channel: '{% $states.input.value %}',
                },
                Output: {},
                Next: 'post',
              },
              post: {
                ...WAIT,
                Arguments: {
                  FunctionName: '${OpenStep}',
                  Payload: {
                    contract: 1,
                    run: '{% $run.id %}',
                    step: 'post',
                    round: 1,
                    item: '{% $posts__key %}',
                    values: { channel: '{% $channel %}' },
                    token: '{% $states.context.Task.Token %}',
                  },
                },
                Catch: waitCatch('posts'),
                End: true,
              },
              'posts.stopped': STOPPED,
              'posts.expired': EXPIRED,
            },
          },
          Output: {},
          Catch: innerCatch('run'),
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
              Next: 'posts.open',
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
});
