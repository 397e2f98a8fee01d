/**
 * Random cases are the same in every run, so that a change is judged by what it changes, not by what chance brings up
 * that day. `RUNSHEET_CHANCE=7 npm run test:long` looks at others: any whole number, each with cases of its own.
 */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.RUNSHEET_CHANCE ?? 1) });
