/** The roles that a workflow needs somebody for, in the order in which they come up; who leads it last. */
import type { Workflow } from '../../statemachines/language/workflow.ts';
import { allSteps } from '../../statemachines/plan/step-order.ts';

export const rolesOf = ({ steps, lead }: Workflow): readonly string[] => {
  const roles = allSteps(steps).flatMap(({ step }) => [
    ...(step.owner === undefined ? [] : [step.owner]),
    ...(step.type === 'approval' ? step.approvers.map(({ role }) => role) : []),
  ]);
  return [...new Set([...roles, lead])];
};
