/** What a Lambda writes: lines for those who operate, without a secret in them, and numbers for alarms. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../functions/core/ports.ts';
import { lambdaLog, noteInvocation } from '../functions/lambda/lambda-log.ts';

let lines: string[] = [];
let log: Log;
beforeEach(() => {
  lines = [];
  const write = (text: unknown): boolean => {
    lines.push(String(text));
    return true;
  };
  // By the console that is watched here, and all the same with metrics.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, level).mockImplementation((text) => void write(text));
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
  log = lambdaLog({ clock: { now: () => '2027-01-04T16:00:00.000Z' }, stage: 'test' });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const written = () => lines.flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line)]));

describe('a line', () => {
  it('says what happened, where and in which call', () => {
    noteInvocation({ awsRequestId: 'e1f2', functionName: 'runsheet-test-sweep', memoryLimitInMB: '1024' });
    log.info('done', { run: 'blog-post-0123456789abcdef0123', ms: 12 });
    expect(written()).toEqual([
      {
        timestamp: '2027-01-04T16:00:00.000Z',
        level: 'INFO',
        message: 'done',
        run: 'blog-post-0123456789abcdef0123',
        ms: 12,
        service: 'runsheet',
        function_name: 'runsheet-test-sweep',
        function_request_id: 'e1f2',
        cold_start: true,
      },
    ]);
  });

  it('holds no token, no address of a page or of a person, also where an error does', () => {
    const token = 'AQCEAAAAKgAAAAMAAAAAAAAAAb1qZ7xY2wK9';
    const cause = new Error(`https://runs.example.com/a/${token} of ann@example.com`, { cause: new Error(token) });
    log.error(`failed for ann@example.com`, cause, { link: `https://runs.example.com/a/${token}`, token });
    log.warn('a hook', { path: `/hooks/brief/${token}` });
    const text = lines.join('\n');
    expect(text).not.toContain(token);
    expect(text).not.toContain('ann@');
    expect(written()[0]).toMatchObject({
      level: 'ERROR',
      message: 'failed for …@…',
      because: {
        name: 'Error',
        message: expect.stringContaining('https://runs.example.com/…'),
        because: { message: '…' },
      },
    });
  });
});

describe('a number', () => {
  it('is counted where a sentence is one that somebody is told of', () => {
    log.warn('effects have been owed for more than an hour', { effects: 7 });
    const [, metric] = written();
    expect(metric).toMatchObject({
      stage: 'test',
      service: 'runsheet',
      OldDebts: 7,
      _aws: {
        CloudWatchMetrics: [
          { Namespace: 'runsheet', Dimensions: [['service', 'stage']], Metrics: [{ Name: 'OldDebts', Unit: 'Count' }] },
        ],
      },
    });
  });

  it('keeps the code beside it, and other sentences are not counted', () => {
    log.warn('a run does not go on by itself', { code: 'stuck-runs' });
    log.info('done');
    const [, metric, ...rest] = written();
    expect(metric).toMatchObject({ StuckRuns: 1, code: 'stuck-runs' });
    expect(rest).toHaveLength(1);
  });
});
