/** Installs what the files of this folder need, all at once, before any of them begins; what is missing is one sentence. */
import { CFN_LINT } from './support/cfn-lint.ts';
import { MINISTACK } from './support/emulator.ts';
import { MOTO } from './support/moto.ts';
import { CannotEmulate, installed } from './support/python.ts';

export const setup = async (): Promise<void> => {
  try {
    await Promise.all([MINISTACK, MOTO, CFN_LINT].map(installed));
  } catch (problem) {
    if (!(problem instanceof CannotEmulate)) throw problem;
    process.stderr.write(`${problem.message}\n`);
    process.exit(1);
  }
};
