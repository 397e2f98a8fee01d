/** What `cdk synth` writes of the whole library, as AWS's own linter of templates sees it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from './support/cfn-lint.ts';
import { synthesise } from './support/deployment.ts';

const SENDER = 'Marketing <runs@example.com>';

test.each<[string, { readonly [name: string]: string }]>([
  ['as it is deployed first', {}],
  [
    'with an address of its own and somebody who is told',
    {
      stage: 'prod',
      domain: 'runs.example.com',
      certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
      alarms: 'ops@example.com',
    },
  ],
])('the stack %s is synthesised without a word, and the linter finds nothing in any template', async (_, context) => {
  const assembly = mkdtempSync(join(tmpdir(), 'runsheet-assembly-'));
  expect(await synthesise({ environment: { ...process.env, CI: '1' } }, assembly, { sender: SENDER, ...context })).toBe(
    '',
  );
  expect(await lint(assembly, 'eu-central-1')).toEqual([]);
  rmSync(assembly, { recursive: true });
});
