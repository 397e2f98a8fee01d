import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(ROOT, path)).isDirectory() ? filesIn(path) : path.endsWith('.ts') ? [path] : [];
  });

/** Read by a port, or not at all. Dates made from a given value are fine. */
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bprocess\.env\b|\bprocess\.cwd\b|\bTemporal\.Now\b|from 'node:(fs|child_process|http|net)'/;

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

describe('language, plan, compiler and diagram', () => {
  const files = filesIn('statemachines');

  it('are all looked at', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(IMPURE.test('const at = Date.now();')).toBe(true);
  });

  it.each(files)('%s reads no clock, no chance, no environment and no file', (file) => {
    expect(withoutComments(readFileSync(join(ROOT, file), 'utf8')).match(IMPURE)?.[0]).toBeUndefined();
  });
});

describe('the top level', () => {
  it('shows exactly what the house says', () => {
    const visible = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && !['node_modules', 'cdk.out', 'coverage'].includes(name),
    );
    expect(visible.sort()).toEqual(
      [
        'README.md',
        'cdk.json',
        'functions',
        'infra',
        'package-lock.json',
        'package.json',
        'statemachines',
        'test',
        'tsconfig.json',
      ].sort(),
    );
  });
});
