/**
 * Warnings that one workflow alone gives rise to: what a careful author would not leave out.
 * (Those that need dates are found by plan/timing.ts.)
 */
import type { Checking } from './read-workflow.ts';
import { UNKNOWN } from './shape.ts';
import type { Step, Team } from './workflow.ts';

export const checkAdvice = (checking: Checking): void => {
  const {
    workflow,
    surroundings: { team },
    places,
    report,
    lists,
  } = checking;
  const steps = lists.flatMap(({ steps, path }) => steps.map((step, index) => ({ step, path: [...path, index] })));
  for (const { step, path } of steps) {
    if ((step.type !== 'task' && step.type !== 'approval') || step.id === UNKNOWN || step.title === UNKNOWN) continue;
    const missing = (code: 'no-effort' | 'no-done-when' | 'no-due'): void =>
      report(code, places.ofValue([...path, 'step']), { step: step.id });
    if (step.effort === undefined && !isThere(checking, [...path, 'effort'])) missing('no-effort');
    // An approval is done when it is decided.
    if (step.done_when === undefined && step.type === 'task') missing('no-done-when');
    if (step.due === undefined && !isThere(checking, [...path, 'due'])) missing('no-due');
  }
  if (team !== undefined) {
    checkBothSides(checking, team);
    checkHolders(checking, team, steps);
  }
  if (steps.length === 0 || steps.some(({ step }) => step.id === UNKNOWN || step.title === UNKNOWN)) return;
  if (!steps.some(({ step }) => measures(step)))
    report('no-measuring-step', places.ofKey(['workflow']), { problem: 'no task reports figures.' });
  else if (workflow.goals.length === 0)
    report('no-measuring-step', places.ofKey(['workflow']), { problem: 'it has no goals.' });
};

/** A key whose value could not be read is not missing. */
const isThere = ({ places }: Checking, path: readonly (string | number)[]): boolean => {
  const own = places.ofKey(path);
  const around = places.ofKey(path.slice(0, -1));
  return own.line !== around.line || own.column !== around.column;
};

const measures = (step: Step): boolean =>
  step.type === 'task' &&
  (/^(measure|measuring|results|report)/i.test(step.phase ?? '') ||
    Object.values(step.fields).some(({ type }) => type === 'number' || type === 'money'));

const holders = (team: Team, role: string): readonly string[] =>
  team.people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);

const checkBothSides = ({ lists, places, report, pathOf }: Checking, team: Team): void => {
  const all = new Map(lists.flatMap(({ steps }) => steps.map((step) => [step.id, step] as const)));
  for (const step of all.values()) {
    if (step.type !== 'approval') continue;
    const owner = all.get(step.of)?.owner;
    if (owner === undefined || owner === '' || owner === UNKNOWN) continue;
    const doing = holders(team, owner);
    for (const [index, { role, required }] of step.approvers.entries()) {
      const judging = holders(team, role);
      const [only] = judging;
      const alone = judging.length === 1 && doing.length === 1 && only === doing[0];
      if (!required || (!alone && !(role === owner && judging.length < 2))) continue;
      report('both-sides', places.ofValue([...pathOf(step.id), 'approvers', index]), {
        step: step.id,
        of: step.of,
        who: only ?? role,
      });
    }
  }
};

const checkHolders = (
  { workflow, places, report }: Checking,
  team: Team,
  steps: readonly { step: Step; path: readonly (string | number)[] }[],
): void => {
  const told = new Set<string>();
  const check = (role: string | undefined, path: readonly (string | number)[]): void => {
    if (role === undefined || told.has(role) || !Object.hasOwn(team.roles, role) || holders(team, role).length > 0)
      return;
    told.add(role);
    report('role-without-holder', places.ofValue(path), { role });
  };
  check(workflow.lead, ['lead']);
  for (const { step, path } of steps) {
    check(step.owner, [...path, 'owner']);
    check(step.backup, [...path, 'backup']);
    if (step.type === 'approval')
      for (const [index, { role }] of step.approvers.entries()) check(role, [...path, 'approvers', index]);
    if (step.type === 'email') for (const [index, to] of step.to.entries()) check(to, [...path, 'to', index]);
  }
};
