/** `runsheet diagram`: the picture and nothing else. */
import { drawWorkflow } from '../../statemachines/diagram/draw-workflow.ts';
import { type LibraryOption, workflowAt } from './library-at.ts';
import { print } from './terminal.ts';

export const diagramCommand = (target: string, options: LibraryOption): number => {
  const { workflow, library } = workflowAt(target, options);
  print(drawWorkflow(workflow, { roles: library.team.roles }));
  return 0;
};
