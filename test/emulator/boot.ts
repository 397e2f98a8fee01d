/**
 * `npm run emulator`: the emulator for somebody who deploys to it by hand, at addresses that are the same each time,
 * until Ctrl-C. README.md has the lines for the other terminal.
 */
import { startEmulator } from './support/emulator.ts';
import { openFrontDoor } from './support/front-door.ts';
import { CannotEmulate } from './support/python.ts';

const PORT = 4566;

try {
  const emulator = await startEmulator(PORT);
  const door = await openFrontDoor(emulator.endpoint, PORT + 1);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, async () => {
      await door.close();
      await emulator.stop();
    });
  process.stdout.write(
    [
      `The emulator runs until Ctrl-C: AWS is at ${emulator.endpoint}, and what is deployed is at ${door.address}.`,
      `Mails: ${emulator.endpoint}/_ministack/ses/messages`,
      '',
    ].join('\n'),
  );
} catch (problem) {
  if (!(problem instanceof CannotEmulate)) throw problem;
  process.stderr.write(`${problem.message}\n`);
  process.exitCode = 1;
}
