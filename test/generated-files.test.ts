import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles, leftOver } from '../infra/generate.ts';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';

const files = generatedFiles();

describe('generated files', () => {
  it.each([...files].map(([path, content]) => [relative(SHIPPED, path), path, content]))(
    '%s is fresh (npm run generate)',
    (_, path, content) => {
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it('are all made from something that is still there', () => {
    expect(leftOver(files)).toEqual([]);
  });
});

describe('the schema for editors', () => {
  const validate = new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(`${SHIPPED}/workflow.schema.json`, 'utf8')),
  );
  const workflows = readFolder(SHIPPED).workflows;

  it.each(workflows.map(({ file, text }) => [file, text]))('takes %s, which names it in its first line', (_, text) => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../workflow.schema.json');
  });

  it('refuses a misspelt key, a wrong type and an unknown kind of step', () => {
    const blogPost = parse(workflows.find(({ file }) => file.endsWith('blog-post.yaml'))?.text ?? '');
    expect(validate({ ...blogPost, purpos: 'x' })).toBe(false);
    expect(validate({ ...blogPost, title: 7 })).toBe(false);
    expect(validate({ ...blogPost, steps: [{ step: 'a', title: 'A', type: 'tsk' }] })).toBe(false);
  });

  it('explains every key of a workflow and of each kind of step', () => {
    const schema = JSON.parse(readFileSync(`${SHIPPED}/workflow.schema.json`, 'utf8'));
    const keys = (object: { properties: { [key: string]: { description?: string; $ref?: string } } }) =>
      Object.entries(object.properties)
        .filter(([, value]) => value.description === undefined && value.$ref === undefined)
        .map(([key]) => key);
    expect(keys(schema)).toEqual([]);
    for (const type of ['task', 'approval', 'email', 'wait', 'call', 'run', 'each'])
      expect([type, keys(schema.$defs[type])]).toEqual([type, []]);
  });
});
