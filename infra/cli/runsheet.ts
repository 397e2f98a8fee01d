#!/usr/bin/env node
/** The `runsheet` command. Commands are loaded when they are called, so that each starts fast. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
// Whoever reads only the first lines (`| head`) has not met a fault.
process.stdout.on('error', (problem: NodeJS.ErrnoException) => {
  if (problem.code !== 'EPIPE') throw problem;
  process.exit();
});
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
