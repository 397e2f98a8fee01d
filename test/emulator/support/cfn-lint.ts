/** AWS's linter of templates. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installed } from './python.ts';

export const CFN_LINT = ['cfn-lint==1.58.0'];

/** W3005 minds what CDK writes everywhere: a dependency that follows from a reference besides. */
const EXCEPT = ['W3005'];

/** @returns what it says of the templates of an assembly, a line each. */
export const lint = async (assembly: string, region: string): Promise<readonly string[]> => {
  const templates = readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(assembly, name));
  if (templates.length === 0) throw new Error(`there is no template in ${assembly}`);
  const bin = await installed(CFN_LINT);
  const given = ['--format', 'parseable', '--regions', region, '--ignore-checks', ...EXCEPT, '--', ...templates];
  try {
    const { stdout } = await promisify(execFile)(join(bin, 'cfn-lint'), given, { maxBuffer: 2 ** 26 });
    return linesOf(stdout);
  } catch (problem) {
    const { stdout = '', stderr = '' } = problem as { readonly stdout?: string; readonly stderr?: string };
    if (stdout.trim() === '') throw new Error(`cfn-lint failed: ${stderr}`, { cause: problem });
    return linesOf(stdout);
  }
};

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');
