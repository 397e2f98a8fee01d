/** What a machine does is what language.md says: in every run it does the same as the model of the language. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FUNCTIONS } from '../statemachines/contract.ts';
import type { MachineHost } from './support/compiler-host.ts';
import { compiledFrom, type Draw, type Played, play } from './support/compiler-play.ts';
import { type AuthoredStep, type AuthoredWorkflow, INPUTS, randomWorkflow } from './support/random-workflow.ts';

const LONG = process.env.RUNSHEET_LONG === '1';

const drawFrom =
  (numbers: Iterator<number>): Draw =>
  (below) =>
    below < 2 ? 0 : (numbers.next().value as number) % below;
const sometimes =
  (draw: Draw) =>
  (step: AuthoredStep): string => {
    const decision = ['approve', 'request_changes', 'approve', 'reject', 'request_changes', 'skip'][draw(6)] as string;
    const offered =
      decision === 'request_changes'
        ? step.on_changes !== undefined
        : decision === 'reject'
          ? step.on_reject !== undefined || draw(4) === 0
          : true;
    return offered || draw(20) === 0 ? decision : 'approve';
  };
const numbers = fc.infiniteStream(fc.nat());

const file = (steps: AuthoredStep[]): AuthoredWorkflow => ({
  workflow: 'random',
  title: 'Random',
  purpose: 'To be played.',
  lead: 'lead',
  inputs: INPUTS,
  steps,
});
const fromYaml = (text: string): AuthoredWorkflow => file(parse(text) as AuthoredStep[]);

/** Plays with what each approval is to say, in turn; when nothing is left it approves. */
const playSaying = (
  authored: AuthoredWorkflow,
  said: { [approval: string]: string[] },
  draw: Draw = () => 0,
): Promise<Played> => play(authored, compiledFrom(authored), draw, ({ step }) => said[step]?.shift() ?? 'approve');

const opened = ({ answers }: Played): string[] => answers.map((answer) => answer.replace(/: (done|approve)$/, ''));

describe('a machine and the model of the language, given the same answers in the same order,', () => {
  it('open and skip the same steps in the same rounds and items, and end alike', async () => {
    await fc.assert(
      fc.asyncProperty(randomWorkflow({ mostSteps: 8 }), numbers, async (authored, stream) => {
        const draw = drawFrom(stream);
        await play(authored, compiledFrom(authored), draw, sometimes(draw));
      }),
      { numRuns: LONG ? 4_000 : 50 },
    );
  });

  it('agree where much is done again', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorkflow({ mostSteps: 8, manyApprovals: true, deepestEach: 1 }),
        numbers,
        async (authored, stream) => {
          const draw = drawFrom(stream);
          await play(authored, compiledFrom(authored), draw, sometimes(draw));
        },
      ),
      { numRuns: LONG ? 4_000 : 50 },
    );
  });

  it('agree where every approval goes back as often as it may, and then is approved', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorkflow({ mostSteps: 6, manyApprovals: true, deepestEach: 0 }),
        numbers,
        async (authored, stream) => {
          const draw = drawFrom(stream);
          const left = new Map<string, number>();
          await play(
            authored,
            compiledFrom(authored),
            draw,
            (step) => {
              const backs =
                left.get(step.step) ?? (step.on_changes === undefined ? 0 : 2 * (step.on_changes.rounds ?? 3));
              left.set(step.step, backs - 1);
              return backs > 0 ? 'request_changes' : 'approve';
            },
            80,
          );
        },
      ),
      { numRuns: LONG ? 1_500 : 25 },
    );
  });
});

describe('the run of a machine', () => {
  const inTwo = fromYaml(`
- { step: idea, title: Idea, owner: w }
- { step: draft, title: Draft, owner: w, after: [idea] }
- { step: images, title: Images, owner: w, after: [idea] }
- { step: approve, title: Approve, type: approval, of: draft, after: [draft, images], approvers: [cmo], on_changes: { redo: draft, rounds: 1 }, on_reject: { redo: idea, rounds: 1 } }
- { step: publish, title: Publish, owner: w }
`);

  it('takes at most fifteen transitions for the reference workflow: one for a task, two for an approval with its choice', async () => {
    const reference = parse(
      readFileSync(new URL('../statemachines/workflows/blog-post.yaml', import.meta.url), 'utf8'),
    ) as AuthoredWorkflow;
    const { host, answers } = await play(
      reference,
      compiledFrom(reference),
      () => 0,
      () => 'approve',
    );
    const approvals = reference.steps.filter(({ type }) => type === 'approval').length;
    expect(host.outcome).toBe('finished');
    expect(answers).toHaveLength(reference.steps.length);
    expect(host.execution.transitions).toBeLessThanOrEqual(15);
    // Opened and closed; a Parallel for draft and images.
    expect(host.execution.transitions).toBe(2 + reference.steps.length + approvals + 1);
  });

  it('sends each function what the contract says, whatever the step', async () => {
    const authored = fromYaml(`
- { step: draft, title: Draft, owner: w }
- { step: images, title: Images, owner: w, after: [] }
- { step: merge, title: Merge, owner: w, after: [draft, images] }
- { step: check, title: Check, owner: w, after: [images], when: inputs.express = false }
- { step: pause, title: Pause, type: wait, for: 1 day }
- { step: tell, title: Tell, type: call, url: https://example.org/ }
- { step: announce, title: Announce, type: email, to: [a@example.org], subject: Out, body: It is out. }
- { step: next, title: Next, type: run, workflow: other }
- { step: last, title: Last, type: run, workflow: other, wait: true }
- step: posts
  title: Posts
  type: each
  over: inputs.channels
  as: channel
  steps:
    - { step: post, title: Post, owner: w }
- { step: approve, title: Approve, type: approval, of: last, approvers: [cmo], on_changes: { redo: last } }
`);
    // The host holds every payload against its schema.
    const played = await playSaying(authored, { approve: ['request_changes'] });
    expect(played.model.outcome).toBe('finished');
    expect(compiledFrom(authored).invokes).toEqual(Object.values(FUNCTIONS));
  });

  it('takes one transition for a task and two for an approval', async () => {
    const tasks = (count: number) =>
      Array.from({ length: count }, (_, index): AuthoredStep => ({ step: `s${index}`, title: 'S', owner: 'w' }));
    const approval: AuthoredStep = {
      step: 'approve',
      title: 'Approve',
      type: 'approval',
      ...{ of: 's0', approvers: ['cmo'] },
    };
    const costs = await Promise.all(
      [file(tasks(1)), file(tasks(2)), file([...tasks(1), approval])].map(
        async (authored) => (await playSaying(authored, {})).host.execution.transitions,
      ),
    );
    expect(costs).toEqual([3, 4, 5]);
  });

  it('does again only the narrower block for changes, and the wider one, out of its branch, for a rejection', async () => {
    const played = await playSaying(inTwo, { approve: ['request_changes', 'reject', 'request_changes', 'approve'] });
    expect(opened(played)).toEqual([
      'idea round 1',
      'draft round 1',
      'images round 1',
      'approve round 1: request_changes',
      'draft round 2',
      'approve round 2: reject',
      'idea round 2',
      'draft round 3',
      'images round 2',
      'approve round 3: request_changes',
      'draft round 4',
      'approve round 4',
      'publish round 1',
    ]);
  });

  it('does not go on as approved beyond the last round, however the two ways back were used', async () => {
    const played = await playSaying(inTwo, {
      approve: ['reject', 'request_changes', 'request_changes', 'reject', 'reject'],
    });
    expect(played.model.outcome).toBe('undecided');
    expect(played.answers.at(-1)).toBe('approve round 5: reject');
    expect(played.host.execution.error).toBe('Undecided');
  });

  it('goes back out of a branch of a branch', async () => {
    const authored = fromYaml(`
- { step: idea, title: Idea, owner: w, after: [] }
- { step: brief, title: Brief, owner: w, after: [idea] }
- { step: images, title: Images, owner: w, after: [idea] }
- { step: outline, title: Outline, owner: w, after: [brief] }
- { step: figures, title: Figures, owner: w, after: [brief] }
- { step: draft, title: Draft, owner: w, after: [outline] }
- { step: approve, title: Approve, type: approval, of: draft, after: [draft, figures, images], approvers: [cmo], on_changes: { redo: draft, rounds: 1 }, on_reject: { redo: idea, rounds: 1 } }
- { step: publish, title: Publish, owner: w }
`);
    expect(JSON.stringify(compiledFrom(authored).asl).match(/"approve\.(again|returns)( \(2\))?":/g)).toEqual([
      '"approve.again":',
      '"approve.returns":',
      '"approve.again (2)":',
      '"approve.returns (2)":',
    ]);
    const played = await playSaying(authored, { approve: ['request_changes', 'reject', 'request_changes', 'approve'] });
    expect(opened(played).filter((answer) => /^(idea|figures|draft|approve|publish)/.test(answer))).toEqual([
      'idea round 1',
      'figures round 1',
      'draft round 1',
      'approve round 1: request_changes',
      'draft round 2',
      'approve round 2: reject',
      'idea round 2',
      'figures round 2',
      'draft round 3',
      'approve round 3: request_changes',
      'draft round 4',
      'approve round 4',
      'publish round 1',
    ]);
  });

  it('goes on counting rounds within rounds', async () => {
    const authored = fromYaml(`
- { step: idea, title: Idea, owner: w }
- { step: draft, title: Draft, owner: w, after: [idea] }
- { step: check, title: Check, type: approval, of: draft, approvers: [editor], on_changes: { redo: draft, rounds: 1 } }
- { step: images, title: Images, owner: w, after: [idea] }
- { step: approve, title: Approve, type: approval, of: idea, after: [check, images], approvers: [cmo], on_changes: { redo: idea, rounds: 1 } }
`);
    const played = await playSaying(
      authored,
      { check: ['request_changes', 'approve', 'request_changes', 'approve'], approve: ['request_changes'] },
      (open) => open - 1,
    );
    expect(opened(played).filter((answer) => answer.startsWith('draft'))).toEqual([
      'draft round 1',
      'draft round 2',
      'draft round 3',
      'draft round 4',
    ]);
    expect(opened(played).filter((answer) => answer.startsWith('images'))).toEqual([
      'images round 1',
      'images round 2',
    ]);
    expect(played.model.outcome).toBe('finished');
  });

  it('gives items of an each that is done again new keys', async () => {
    const authored = fromYaml(`
- step: posts
  title: Posts
  type: each
  over: '["mail", "web"]'
  as: channel
  steps:
    - { step: post, title: Post, owner: w }
    - { step: approve, title: Approve, type: approval, of: post, approvers: [editor], on_changes: { redo: post } }
- { step: approve-all, title: Approve, type: approval, of: posts, approvers: [cmo], on_changes: { redo: posts } }
`);
    const played = await playSaying(authored, { approve: ['request_changes'], 'approve-all': ['request_changes'] });
    expect(opened(played)).toEqual([
      'post round 1 item 1:0',
      'post round 1 item 1:1',
      'approve round 1 item 1:0: request_changes',
      'approve round 1 item 1:1',
      'post round 2 item 1:0',
      'approve round 2 item 1:0',
      'approve-all round 1: request_changes',
      'post round 1 item 2:0',
      'post round 1 item 2:1',
      'approve round 1 item 2:0',
      'approve round 1 item 2:1',
      'approve-all round 2',
    ]);
    expect(played.host.values.get('post round 1 item 2:1')).toEqual({ channel: 'web' });
  });

  it('shows a step that is done again what its approval said the round before', async () => {
    const authored = fromYaml(`
- { step: draft, title: Draft, owner: w }
- { step: repair, title: Repair, owner: w, when: $exists(steps.approve.decision) and steps.approve.decision = "request_changes" }
- { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft } }
`);
    const played = await playSaying(authored, { approve: ['request_changes'] });
    expect(opened(played)).toEqual([
      'draft round 1',
      'approve round 1: request_changes',
      'draft round 2',
      'repair round 2',
      'approve round 2',
    ]);
  });

  it('does not wait for a step that an expression only asks whether it is there', async () => {
    const authored = fromYaml(`
- { step: a, title: A, owner: w, after: [], when: $exists(steps.b.round) = false }
- { step: b, title: B, owner: w, after: [], when: $exists(steps.a.round) = false }
`);
    const played = await playSaying(authored, {});
    expect(opened(played)).toEqual(['a round 1', 'b round 1']);
  });

  it('waits at a gate again in each round', async () => {
    const authored = fromYaml(`
- { step: figures, title: Figures, owner: w, after: [] }
- { step: draft, title: Draft, owner: w, after: [] }
- { step: fill-in, title: Fill in, owner: w, after: [draft, figures] }
- { step: approve, title: Approve, type: approval, of: draft, approvers: [cmo], on_changes: { redo: draft, rounds: 1 } }
`);
    const played = await playSaying(authored, { approve: ['request_changes', 'request_changes'] }, (open) => open - 1);
    expect(opened(played)).toEqual([
      'draft round 1',
      'figures round 1',
      'fill-in round 1',
      'approve round 1: request_changes',
      'draft round 2',
      'fill-in round 2',
      'approve round 2: request_changes',
      'draft round 3',
      'fill-in round 3',
      'approve round 3',
    ]);
  });

  it('fails at a decision that nobody knows', async () => {
    for (const decision of ['approved', 'APPROVE', '', 'done']) {
      const { host } = await playSaying(inTwo, { approve: [decision] });
      expect([host.execution.status, host.execution.error], decision).toEqual(['FAILED', 'Undecided']);
    }
  });
});

describe('a run that is over', () => {
  /** Plays for a while and leaves the machine with its tokens open. */
  const broken = async (authored: AuthoredWorkflow, draw: Draw): Promise<MachineHost | undefined> => {
    const { host } = await play(authored, compiledFrom(authored), draw, () => 'approve', draw(8));
    return host.execution.status === 'RUNNING' ? host : undefined;
  };
  const expectClosed = ({ execution, outcome }: MachineHost, as: string): void => {
    expect([outcome, execution.status, execution.output]).toEqual([as, 'SUCCEEDED', { run: 'run-1', outcome: as }]);
    expect(execution.threads).toEqual({});
  };
  const many = randomWorkflow({ mostSteps: 9 });
  const runs = { numRuns: LONG ? 2_000 : 25 };

  it('leaves nothing open when it is stopped, in whatever order its tokens are failed', async () => {
    await fc.assert(
      fc.asyncProperty(many, numbers, async (authored, stream) => {
        const draw = drawFrom(stream);
        const host = await broken(authored, draw);
        if (host === undefined) return;
        const outcomes = await host.stop((tokens) =>
          tokens
            .map((token) => ({ token, at: draw(1_000) }))
            .sort((a, b) => a.at - b.at)
            .map(({ token }) => token),
        );
        expect(outcomes.filter((outcome) => outcome !== 'accepted' && outcome !== 'TaskTimedOut')).toEqual([]);
        expectClosed(host, 'stopped');
      }),
      runs,
    );
  });

  it.each(['by its own timeout', 'by being told so'])(
    'ends as expired when any one of its waits does, %s',
    async (how) => {
      await fc.assert(
        fc.asyncProperty(many, numbers, async (authored, stream) => {
          const draw = drawFrom(stream);
          const host = await broken(authored, draw);
          if (host === undefined) return;
          const key = [...host.open.keys()][draw(host.open.size)] as string;
          if (how === 'by its own timeout') await host.timeOut(key);
          else await host.fail(key, 'Expired');
          expectClosed(host, 'expired');
        }),
        runs,
      );
    },
  );

  it('does not swallow an error that it does not know', async () => {
    await fc.assert(
      fc.asyncProperty(many, numbers, async (authored, stream) => {
        const draw = drawFrom(stream);
        const host = await broken(authored, draw);
        if (host === undefined) return;
        await host.fail([...host.open.keys()][draw(host.open.size)] as string, 'SomethingElse');
        expect([host.execution.status, host.execution.error]).toEqual(['FAILED', 'SomethingElse']);
      }),
      { numRuns: LONG ? 1_000 : 15 },
    );
  });
});
