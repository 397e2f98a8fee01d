/** `runsheet sop`: the procedure and nothing else. */
import { procedureOf } from '../../statemachines/procedure.ts';
import { type LibraryOption, workflowAt } from './library-at.ts';
import { print } from './terminal.ts';

export const sopCommand = (target: string, options: LibraryOption): number => {
  const { workflow, library } = workflowAt(target, options);
  print(procedureOf(workflow, library.team));
  return 0;
};
