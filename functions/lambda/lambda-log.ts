/** The port `Log` in a Lambda: a line of JSON to its standard output is an entry in its log group. */
import type { Clock, Log } from '../core/ports.ts';
import { jsonLog } from './json-log.ts';

export const lambdaLog = (clock: Clock): Log =>
  jsonLog({
    now: clock.now,
    write: (line) => {
      process.stdout.write(`${line}\n`);
    },
  });
