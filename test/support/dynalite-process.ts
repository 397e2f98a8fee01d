/** dynalite in a process of its own, so that it can be killed: `node dynalite-process.ts FOLDER` prints its address. */

import { startDynalite } from './dynalite.ts';

const { endpoint } = await startDynalite(process.argv[2]);
process.stdout.write(`${endpoint}\n`);
