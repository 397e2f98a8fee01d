/** Every workflow that comes with runsheet is drawn without a fault, narrow, wide and in one row. */

import { describe, expect, it } from 'vitest';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';
import { readLibrary } from '../statemachines/library.ts';
import { faultsOf } from './support/diagram-faults.ts';

const { workflows, team } = readLibrary(readFolder(SHIPPED));

describe('the picture of a shipped workflow', () => {
  it('is there for each of them', () => {
    expect(workflows.size).toBeGreaterThanOrEqual(15);
  });

  it.each([...workflows.values()].map(({ workflow }) => [workflow.id, workflow] as const))(
    'has no label on another, beside its box or under an arrow: %s',
    (_, workflow) => {
      for (const width of [900, 1600, Number.POSITIVE_INFINITY])
        expect(faultsOf(workflow, team.roles, width), `${width} wide`).toEqual([]);
    },
  );
});
