/** `npm start`: the workflows of a folder in the browser. */
import { parseArgs } from 'node:util';
import { openReadingRoom } from './sandbox/reading-room.ts';
import { FolderProblem, SHIPPED, workflowsIn } from './workflow-folder.ts';

class CalledWrongly extends Error {}

/** What the command was called with, or `CalledWrongly` in the user's words. */
const readArguments = (): { readonly workflows: string; readonly port: number } => {
  const options = {
    workflows: { type: 'string', default: SHIPPED },
    port: { type: 'string', default: '8080' },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535)
      throw new CalledWrongly(`${values.port} is no port: write a number from 1 to 65535.`);
    workflowsIn(values.workflows);
    return { workflows: values.workflows, port };
  } catch (cause) {
    if (cause instanceof FolderProblem) throw new CalledWrongly(cause.message, { cause });
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS') === true) throw new CalledWrongly(message.split('. ')[0], { cause });
    throw cause;
  }
};

const start = async (): Promise<void> => {
  const { workflows, port } = readArguments();
  const { url, server } = await openReadingRoom(workflows, port, () => new Date().toISOString());
  process.stdout.write(`runsheet shows its workflows at ${url}\nChange a file and look again. Ctrl+C ends it.\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
};

start().catch((problem: unknown) => {
  if (!(problem instanceof CalledWrongly)) throw problem;
  process.stderr.write(`${problem.message}\nUsage: npm start -- [--workflows DIR] [--port NUMBER]\n`);
  process.exitCode = 2;
});
