/** The stack as tests put it together: whole, but for the code of its Lambdas, which needs no bundling to be looked at. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, NestedStack, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll } from 'vitest';
import { readContext } from '../../infra/context.ts';
import { type DeployedLibrary, readDeployed } from '../../infra/deployed-library.ts';
import { RunsheetStack } from '../../infra/runsheet-stack.ts';

export const SENDER = 'Marketing <runs@example.com>';

/** What CDK is told to do as it does it now, as `cdk synth` is. */
const FLAGS = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../cdk.json'), 'utf8')).context as object;

const outputs: string[] = [];
afterAll(() => {
  for (const folder of outputs) rmSync(folder, { recursive: true });
});

export const appWith = (context: { readonly [name: string]: unknown }): App => {
  const outdir = mkdtempSync(join(tmpdir(), 'runsheet-synth-'));
  outputs.push(outdir);
  return new App({ context: { ...FLAGS, ...context }, outdir });
};

export const stackIn = (app: App, library?: DeployedLibrary): RunsheetStack => {
  const settings = readContext(app.node);
  return new RunsheetStack(app, `runsheet-${settings.stage}`, {
    settings,
    library: library ?? readDeployed(settings.workflows, settings.zone),
    codeOf: () => Code.fromInline('export const handler = () => undefined;'),
  });
};

type Resource = { readonly Type: string; readonly [field: string]: unknown } & {
  // biome-ignore lint/suspicious/noExplicitAny: templates have the shapes of all services.
  readonly Properties: any;
};
export type Templates = {
  readonly root: Template;
  readonly shelves: readonly Template[];
  /** Of all templates, by logical id. */
  readonly resources: (type: string) => readonly (readonly [id: string, Resource])[];
};

export const templatesOf = (stack: Stack): Templates => {
  const root = Template.fromStack(stack);
  const nested = stack.node.findAll().filter((one) => one instanceof NestedStack);
  const shelves = nested.map((one) => Template.fromStack(one));
  return {
    root,
    shelves,
    resources: (type) =>
      [root, ...shelves].flatMap((template) => Object.entries(template.findResources(type)) as [string, Resource][]),
  };
};

export const synthesised = (context: { readonly [name: string]: unknown } = {}, library?: DeployedLibrary): Templates =>
  templatesOf(stackIn(appWith({ sender: SENDER, stage: 'test', ...context }), library));
