/**
 * The commands for a place: a sandbox that is running (`--to`), or a stage on AWS (`--stage`).
 *
 * Promises: each takes the same options for where; without any it is the sandbox of this folder.
 */
import { type Command, Option } from 'commander';

type Done = (status: number) => void;

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const to = (): Option => new Option('--to <address>', 'a sandbox, like http://localhost:8080');
const stage = (): Option => new Option('--stage <name>', 'a stage on AWS, like dev, by the credentials that you have');
const data = (): Option => new Option('--data <dir>', 'the folder of a sandbox, which knows where it is');
const json = (what: string): Option => new Option('--json', `print ${what}`);
const reason = (): Option => new Option('--reason <text>', 'why; it stands in the history').makeOptionMandatory();

/** Adds where it is to be done. */
const placed = (command: Command): Command =>
  command
    .addOption(to())
    .addOption(stage())
    .addOption(data())
    .addHelpText('after', '\nWithout --to, --stage or --data it is the sandbox of .runsheet, at its address.');

export const addOperatingCommands = (program: Command, done: Done): void => {
  addStart(program, done);
  addRuns(program, done);
  addHooks(program, done);
  addUpkeep(program, done);
  addPrivacy(program, done);
};

const addStart = (program: Command, done: Done): void => {
  placed(program.command('start'))
    .description('start a run')
    .argument('<workflow>', 'the id of a workflow that is there')
    .option('--input <name=value>', 'an input of the run; repeat for each', collect, [])
    .option('--assign <role=person>', 'who takes a role in this run; repeat for each', collect, [])
    .option('--id <key>', 'a name of your own: the same again is the same run')
    .option('--again', 'another run, though the same line was given today')
    .addOption(json('{ run, url }'))
    .addHelpText(
      'after',
      '\nExample: npx runsheet start blog-post --input topic="Pricing pages" --input publish=2027-03-31 --to http://localhost:8080',
    )
    .action(async (workflow: string, options) => {
      done(await (await import('./start.ts')).startCommand(workflow, options));
    });
};

const addRuns = (program: Command, done: Done): void => {
  const runs = program.command('runs').description('runs: where they stand, one whole, an end to it, or a way on');
  placed(runs.command('list', { isDefault: true }))
    .description('list them: their open steps, whose they are, when they are due (also without “list”)')
    .addOption(json('[{ run, workflow, state, steps: [{ step, state, owner, due }] }]'))
    .addHelpText('after', '\nExample: npx runsheet runs --to http://localhost:8080')
    .action(async (options) => {
      done(await (await import('./runs.ts')).runsListCommand(options));
    });
  placed(runs.command('show'))
    .description('print one: its steps, its history in words, its machine, what it still owes')
    .argument('<run>', 'its id')
    .addOption(json('it as JSON'))
    .action(async (run: string, options) => {
      done(await (await import('./runs.ts')).runsShowCommand(run, options));
    });
  placed(runs.command('cancel'))
    .description('end one; those who had something to do in it are mailed')
    .argument('<run>', 'its id')
    .addOption(reason())
    .action(async (run: string, options) => {
      done(await (await import('./runs.ts')).runsCancelCommand(run, options));
    });
  placed(runs.command('redrive'))
    .description('have one go on where its machine failed; what was done stays done')
    .argument('<run>', 'its id')
    .addOption(reason())
    .action(async (run: string, options) => {
      done(await (await import('./runs.ts')).runsRedriveCommand(run, options));
    });
  placed(runs.command('rebuild'))
    .description('make anew, from the histories, all that the board and lists show')
    .action(async (options) => {
      done(await (await import('./runs.ts')).runsRebuildCommand(options));
    });
};

const addHooks = (program: Command, done: Done): void => {
  // The folder of workflows is that of the place itself; the option is taken as it was before.
  const folder = (): Option => new Option('--workflows <dir>').hideHelp();
  const hooks = program.command('hooks').description('webhook sources: their addresses, samples, and what came in');
  placed(hooks.command('list'))
    .description('print the address of each source; or what came from one')
    .argument('[source]', 'as hooks.yaml names it')
    .option('--show', 'with the secret in it: whoever knows it can start runs')
    .addOption(json('[{ source, provider, workflow, url, form }], or of one source [{ id, at, run, fits }]'))
    .addOption(folder())
    .action(async (source: string | undefined, options) => {
      done(await (await import('./hooks.ts')).hooksListCommand(source, options));
    });
  placed(hooks.command('test'))
    .description('send what the provider of a source would send, really signed')
    .argument('<source>', 'as hooks.yaml names it')
    .option('--input <name=value>', 'an input that is to arrive; repeat for each', collect, [])
    .option('--print', 'print it as a curl command instead of sending it')
    .addOption(folder())
    .addHelpText(
      'after',
      '\nThe same inputs are the same delivery: sent again, it is the same run.\nExample: npx runsheet hooks test content-brief --input topic="Pricing pages" --input publish=2027-03-31',
    )
    .action(async (source: string, options) => {
      done(await (await import('./hooks.ts')).hooksTestCommand(source, options));
    });
  placed(hooks.command('script'))
    .description('print the Apps Script by which a Google Form sends its responses to a source')
    .argument('<source>', 'as hooks.yaml names it; its provider is google-forms')
    .option('--show', 'with the address and the secret in it: whoever knows them can start runs')
    .addHelpText('after', '\nExample: npx runsheet hooks script event-signup --show --stage prod > Code.gs')
    .action(async (source: string, options) => {
      done(await (await import('./hooks.ts')).hooksScriptCommand(source, options));
    });
  placed(hooks.command('replay'))
    .description('run once more what came in before')
    .argument('<source>', 'as hooks.yaml names it')
    .argument('<id>', 'the id that “hooks list SOURCE” shows')
    .action(async (source: string, id: string, options) => {
      done(await (await import('./hooks.ts')).hooksReplayCommand(source, id, options));
    });
};

const addUpkeep = (program: Command, done: Done): void => {
  program
    .command('doctor')
    .description('say what is wrong with a place, or would be, and what to do about it')
    .addOption(stage().default('dev'))
    .addOption(to())
    .addOption(data())
    .option('--sender <address>', 'before the first deployment: the address that mails are to come from')
    .option('--mend', 'do again what is owed, and set alarms that are missing')
    .addOption(json('{ findings: [{ severity, code, what, remedy }], … }'))
    .addHelpText(
      'after',
      `
Without --to or --data it looks at the account of AWS, and at the stage where it is deployed: credentials, Region, bootstrap, mail,
all quotas that can run out and how much of them is used, machines, alarms, dead letters, what is owed. It changes nothing but
with --mend.
Exit status 1 when something does not work; what will only not do for real work is a warning, and status 0.
Examples: npx runsheet doctor --sender team@your-company.com
          npx runsheet doctor --stage prod
          npx runsheet doctor --to http://localhost:8080`,
    )
    .action(async (options) => {
      done(await (await import('./doctor.ts')).doctorCommand(options));
    });
  const dlq = program.command('dlq').description('dead letters: what was called for and could not be done');
  placed(dlq.command('list'))
    .description('print them')
    .addOption(json('[{ id, queue, at, what }]'))
    .action(async (options) => {
      done(await (await import('./dlq.ts')).dlqListCommand(options));
    });
  placed(dlq.command('redrive'))
    .description('have them done anew, all or some')
    .argument('[id...]', 'as “dlq list” shows them; all when left out')
    .action(async (ids: string[], options) => {
      done(await (await import('./dlq.ts')).dlqRedriveCommand(ids, options));
    });
  const secrets = program.command('secrets').description('secrets, of which two values each may count');
  placed(secrets.command('rotate'))
    .description('put a new value before the one that counts, which counts as well until the next time')
    .argument('<name>', 'forms, calls, hook-path-SOURCE, or as hooks.yaml names it')
    .option('--stdin', 'read the value from standard input: that of another system')
    .option('--alone', 'no other value counts from then on: the old one is known to a stranger')
    .addHelpText(
      'after',
      '\nExample: pass show typeform | npx runsheet secrets rotate typeform-secret --stdin --stage prod',
    )
    .action(async (name: string, options) => {
      done(await (await import('./secrets.ts')).secretsRotateCommand(name, options));
    });
};

const addPrivacy = (program: Command, done: Done): void => {
  const privacy = program.command('privacy').description('what is kept of a person, for them to have, and to be gone');
  placed(privacy.command('export'))
    .description('print all of it as JSON')
    .argument('<person>', 'an id as in team.yaml, or a mail address')
    .action(async (person: string, options) => {
      done(await (await import('./privacy.ts')).privacyExportCommand(person, options));
    });
  placed(privacy.command('erase'))
    .description('take them out of all histories and records; what was decided stays')
    .argument('<person>', 'an id as it was in team.yaml, or a mail address')
    .option('--yes', 'really; without it, only what it would do is said')
    .action(async (person: string, options) => {
      done(await (await import('./privacy.ts')).privacyEraseCommand(person, options));
    });
};
