/**
 * The commands, their options and their help.
 *
 * Promises: exit status 0 when all went well, 1 when a file has faults, a plan cannot be made, or what
 * was asked for did not go well, 2 when the command was called wrongly. Results go to standard output, problems to standard error.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { FolderProblem } from '../workflow-folder.ts';
import { Refusal } from './library-at.ts';
import { addOperatingCommands } from './operating-commands.ts';
import { printProblem } from './terminal.ts';

const folder = (): Option =>
  new Option(
    '--workflows <dir>',
    'folder with your own workflows, team.yaml, calendars.yaml and hooks.yaml, instead of those that come with runsheet',
  );
const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const versionOf = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

export const main = async (words: readonly string[]): Promise<number> => {
  let status = 0;
  const program = new Command('runsheet')
    .description('Marketing workflows as YAML files that compile to AWS Step Functions.')
    .addHelpText(
      'after',
      `
A workflow is one file. Begin with one that comes with runsheet, make it yours, and look at it:

  $ npx runsheet new spring-campaign --from campaign-launch --workflows my-workflows
  $ npx runsheet check my-workflows/spring-campaign.yaml
  $ npx runsheet plan spring-campaign --workflows my-workflows --input launch=2027-05-03
  $ npx runsheet diagram spring-campaign --workflows my-workflows > spring-campaign.svg

Rehearse it, and run it in a sandbox (npm start):

  $ npx runsheet simulate spring-campaign --workflows my-workflows --input launch=2027-05-03
  $ npx runsheet start spring-campaign --input launch=2027-05-03 --to http://localhost:8080

Operate it, on this machine and on AWS alike (--stage NAME):

  $ npx runsheet doctor --sender team@your-company.com
  $ npx runsheet runs --stage dev

A workflow is named by its file, or by its id in the folder. Each command explains itself: runsheet help plan.
Exit status: 0 all went well, 1 a file has faults, there is no plan, or it did not go well, 2 the command was called wrongly.`,
    )
    .version(versionOf(), '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: (text) => printProblem(text) })
    .showSuggestionAfterError()
    .showHelpAfterError('(runsheet --help explains.)');

  program
    .command('check')
    .description('say what is wrong with workflows, all at once, and what to write instead')
    .argument('[path...]', 'files or folders; the whole library when left out')
    .addOption(folder())
    .option('--json', 'print [{ code, severity, message, fix, file, line, column }]')
    .addHelpText(
      'after',
      '\nErrors stop a build, warnings do not. A comment `# allow CODE: reason` in the file lets a warning stand.\nExample: npx runsheet check statemachines/workflows/blog-post.yaml',
    )
    .action(async (paths: string[], options) => {
      status = (await import('./check.ts')).check(paths, options);
    });
  program
    .command('compile')
    .description('print the state machine as JSON')
    .argument('<workflow>', 'a file, or the id of a workflow')
    .addOption(folder())
    .addHelpText(
      'after',
      '\nThe machine is Amazon States Language with JSONata; functions are placeholders like ${OpenStep}.\nExample: npx runsheet compile blog-post > blog-post.asl.json',
    )
    .action(async (target: string, options) => {
      status = (await import('./compile.ts')).compileCommand(target, options);
    });
  program
    .command('plan')
    .description('print when each step starts and is due, what it costs, and whether there is time')
    .argument('<workflow>', 'a file, or the id of a workflow')
    .option('--input <name=value>', 'an input of the run; repeat for each', collect, [])
    .option('--now <instant>', 'when the run starts, like 2027-03-01T08:00:00Z; now, when left out')
    .option('--assign <role=person>', 'who takes a role in this run; repeat for each', collect, [])
    .addOption(folder())
    .option(
      '--json',
      'print { feasible, critical_path, steps: [{ step, owner, starts, due, reminders, … }], … }, instants in UTC',
    )
    .addHelpText(
      'after',
      '\nExample: npx runsheet plan blog-post --input topic="Pricing pages" --input publish=2027-03-31 --now 2027-02-15T08:00:00Z',
    )
    .action(async (target: string, options) => {
      status = (await import('./plan.ts')).planCommand(target, options);
    });
  program
    .command('simulate')
    .description('rehearse a run: who gets which mail when, what is late, when it ends')
    .argument('<workflow>', 'a file, or the id of a workflow')
    .option('--input <name=value>', 'an input of the run; repeat for each', collect, [])
    .option('--now <instant>', 'when the run starts, like 2027-03-01T08:00:00Z; now, when left out')
    .option('--assign <role=person>', 'who takes a role in this run; repeat for each', collect, [])
    .option(
      '--late <step=time>',
      'answer a step so much late: 5h, 3d (calendar days), 2wd (working days), 1w',
      collect,
      [],
    )
    .option('--away <person=from..to>', 'somebody is away on these days; `:PERSON` behind them covers', collect, [])
    .option(
      '--answer <step=answer>',
      'approve, request_changes or reject; several by commas are for its rounds',
      collect,
      [],
    )
    .option(
      '--fail-call <step>',
      'the other system does not answer this call until the lead has it made again',
      collect,
      [],
    )
    .option('--seed <text>', 'another course of chance: links and codes', '1')
    .addOption(folder())
    .option(
      '--json',
      'print { workflow, run, started, ended, outcome, anchor, anchor_kept, late, mails, events, … }, instants in UTC',
    )
    .addHelpText(
      'after',
      `
The compiled machine runs with the real functions on a clock that jumps. Everybody answers at the last moment: at the
due time, or where that has passed when a step opens, after the working time that the step is given. What is put before
the lead is decided within one working day. Required fields are filled in. Other systems answer 200.
--late counts from that last moment, each time that the step opens. Who is away is covered by whoever covered the last
time, or by the manager. The same seed and options print the same, byte for byte, where --now is given.

Exit status 1 when the anchor is missed: the run does not finish, a step due before or on the anchor is done after the
end of the anchor's working day, or a step due after it is done after its own due time. Without an anchor: when the run
fails, or does not end within 400 days.

Example: npx runsheet simulate blog-post --input topic="Pricing pages" --input publish=2027-03-31 \\
  --now 2027-02-15T08:00:00Z --late draft=3d --answer approve-outline=request_changes`,
    )
    .action(async (target: string, options) => {
      status = await (await import('./simulate.ts')).simulateCommand(target, options);
    });
  addOperatingCommands(program, (ended) => {
    status = ended;
  });
  program
    .command('diagram')
    .description('print a picture of the workflow as SVG')
    .argument('<workflow>', 'a file, or the id of a workflow')
    .addOption(folder())
    .addHelpText('after', '\nExample: npx runsheet diagram campaign-launch > campaign-launch.svg')
    .action(async (target: string, options) => {
      status = (await import('./diagram.ts')).diagramCommand(target, options);
    });
  program
    .command('sop')
    .description('print the workflow as a procedure to train by, in Markdown')
    .argument('<workflow>', 'a file, or the id of a workflow')
    .addOption(folder())
    .addHelpText('after', '\nExample: npx runsheet sop client-onboarding > client-onboarding.md')
    .action(async (target: string, options) => {
      status = (await import('./sop.ts')).sopCommand(target, options);
    });
  program
    .command('new')
    .description('make a new workflow file to edit')
    .argument('<id>', 'its id, like spring-campaign')
    .requiredOption('--from <workflow>', 'the workflow to begin with: a file, or an id')
    .option('--title <title>', 'its title; made from the id, when left out')
    .addOption(folder())
    .addHelpText(
      'after',
      '\nThe file is put into the folder of --workflows, or among those that come with runsheet.\nExample: npx runsheet new spring-campaign --from campaign-launch --workflows my-workflows',
    )
    .action(async (id: string, options) => {
      status = (await import('./new.ts')).newCommand(id, options);
    });

  try {
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (problem) {
    if (problem instanceof CommanderError) return problem.exitCode === 0 ? 0 : 2;
    if (problem instanceof Refusal) {
      printProblem(problem.message);
      return problem.status;
    }
    if (problem instanceof FolderProblem) {
      printProblem(problem.message);
      return 2;
    }
    throw problem;
  }
};
