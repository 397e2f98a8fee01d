import fc from 'fast-check';
import { it } from 'vitest';
import { compiledFrom, play } from './support/compiler-play.ts';
import { randomWorkflow, asYaml } from './support/random-workflow.ts';
const N = Number(process.env.N ?? 200), SEED = Number(process.env.SEED ?? 1);
it('plays alike', async () => {
  let backs = 0, returns = 0, undecided = 0, rejected = 0, finished = 0, answers = 0, failed = 0, unfinished = 0;
  const t0 = performance.now();
  for (const [index, authored] of fc.sample(randomWorkflow({ mostSteps: Number(process.env.MOST ?? 8), manyApprovals: !!process.env.MANY, ...(process.env.EACH ? {deepestEach: Number(process.env.EACH)}: {}) }), { numRuns: N, seed: SEED }).entries()) {
    let state = index + 1;
    const draw = (below: number) => { state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff; return (state >> 8) % below; };
    const decisions = ['approve', 'approve', 'request_changes', 'request_changes', 'reject', 'skip'];
    const decide = (s: any) => { const d = decisions[draw(6)]!; return (d === 'request_changes' && !s.on_changes) || (d === 'reject' && !s.on_reject && draw(4) > 0) ? 'approve' : d; };
    try {
      const compiled = compiledFrom(authored);
      const p = await play(authored, compiled, draw, decide);
      answers += p.answers.length; backs += p.answers.filter(a => /request_changes|reject/.test(a)).length; if (/\.returns"/.test(JSON.stringify(compiled.asl))) returns++;
      if (p.model.outcome === 'finished') finished++; else if (p.model.outcome === 'rejected') rejected++; else if (p.model.outcome === 'undecided') undecided++; else unfinished++;
    } catch (e: any) { failed++; if (failed <= 3) console.log(index, String(e.message ?? e).slice(0, 1500), JSON.stringify(e.actual)?.slice(0,800), JSON.stringify(e.expected)?.slice(0,800), e.stack?.split('\n').slice(0,6).join('\n'), '\n' + asYaml(authored).split('steps:\n').slice(1).join('steps:\n').slice(0, Number(process.env.LEN ?? 0))); }
  }
  console.log({ finished, rejected, undecided, unfinished, failed, answers, backs, returns, ms: performance.now() - t0 });
}, 600000);
