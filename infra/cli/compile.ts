/** `runsheet compile`: the machine and nothing else. */
import { type LibraryOption, workflowAt } from './library-at.ts';
import { print } from './terminal.ts';

export const compileCommand = (target: string, options: LibraryOption): number => {
  print(JSON.stringify(workflowAt(target, options).compiled.asl, null, 2));
  return 0;
};
