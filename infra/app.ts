/** What `cdk synth` and `cdk deploy` put together. */
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { readContext, WrongContext } from './context.ts';
import { catalogueText, readDeployed, WrongLibrary } from './deployed-library.ts';
import { bundleLambdas } from './lambda-bundles.ts';
import { ENTRIES, RunsheetStack } from './runsheet-stack.ts';
import { FolderProblem } from './workflow-folder.ts';

try {
  const app = new App();
  const settings = readContext(app.node);
  const library = readDeployed(settings.workflows, settings.zone);
  const folders = await bundleLambdas(ENTRIES, { catalogue: catalogueText(library) });
  new RunsheetStack(app, `runsheet-${settings.stage}`, {
    settings,
    library,
    codeOf: (entry) => Code.fromAsset(folders.get(entry) ?? entry),
  });
} catch (problem) {
  const known = [WrongContext, WrongLibrary, FolderProblem].some((kind) => problem instanceof kind);
  if (!known) throw problem;
  process.stderr.write(`${(problem as Error).message}\n`);
  process.exit(1);
}
