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

describe('what people read', () => {
  // Operators and other systems read those of operating and webhooks, which stand where they arise, as do those that
  // authors read of their files.
  const files = ['functions/core', 'functions/http', 'functions/pages', 'statemachines/plan', 'statemachines/diagram']
    .flatMap(filesIn)
    .filter((file) => !/\/(operating|webhooks)\//.test(file))
    .concat(['statemachines/language/values.ts', 'statemachines/procedure.ts', 'statemachines/wording.ts'])
    .concat(filesIn('infra/sandbox').filter((file) => /pages?\.ts$/.test(file)));
  /** A sentence of three words or more, as only people are told. */
  const SENTENCE = /(['`])(?:[A-Z“][^'`\n]*|[^'`\n]*“[^'`\n]*) [^'`\n]+ [^'`\n]*[.?!”]\1/;

  it('is known when it is seen', () => {
    expect(SENTENCE.test("refused('The run has ended.')")).toBe(true);
    expect(SENTENCE.test("log.warn('a mail was refused', {})")).toBe(false);
    expect(files.length).toBeGreaterThan(80);
  });

  it.each(files)('stands in functions/words or statemachines/words.ts, not in %s', (file) => {
    const lines = withoutComments(readFileSync(join(ROOT, file), 'utf8'))
      .split('\n')
      .filter((line) => !/new (Range|Type)?Error\(|^import /.test(line));
    expect(lines.filter((line) => SENTENCE.test(line))).toEqual([]);
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
