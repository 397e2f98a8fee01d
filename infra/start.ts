/** `npm start`: the workflows of a folder in the browser. */
import { parseArgs } from 'node:util';
import { openReadingRoom } from './sandbox/reading-room.ts';
import { SHIPPED } from './workflow-folder.ts';

const { values } = parseArgs({
  options: { workflows: { type: 'string', default: SHIPPED }, port: { type: 'string', default: '8080' } },
});
const { url, server } = await openReadingRoom(values.workflows, Number(values.port), () => new Date().toISOString());
process.stdout.write(`runsheet shows its workflows at ${url}\nChange a file and look again. Ctrl+C ends it.\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
