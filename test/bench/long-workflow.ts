/** A workflow of many steps such as an agency might write: work, reviews with rounds, pairs side by side, conditions. */
export const longWorkflow = (steps: number): string => {
  const lines = [
    'workflow: long-one',
    'title: A long one',
    'purpose: Measure how reading and compiling grow.',
    'lead: marketing-manager',
    'anchor: publish',
    'inputs:',
    '  publish: { type: date, required: true }',
    '  budget: { type: money, default: 0 }',
    'goals: [{ kpi: Visits, target: 1000, unit: visits }]',
    'steps:',
  ];
  let last = '';
  let count = 0;
  const add = (id: string, title: string, after: string | undefined, rest: readonly string[]): void => {
    lines.push(
      `  - step: ${id}`,
      `    title: ${title}`,
      ...(after === undefined ? [] : [`    after: [${after}]`]),
      ...rest.map((line) => `    ${line}`),
    );
    count += 1;
  };
  const work = (group: number): string[] => [
    'owner: blog-writer',
    `due: ${steps - group} days before publish`,
    'effort: 2h',
    'done_when: The link opens for everybody who needs it.',
    'instructions: |',
    '  Begin with what the last run taught us, and write for one reader.',
    'dos: [Name the reader, Keep it short]',
    'fields:',
    '  link: { type: url, label: Link, required: true }',
  ];
  for (let group = 0; count < steps; group++) {
    const before = last === '' ? undefined : last;
    add(`write-${group}`, `Write part ${group}`, before, work(group * 5));
    add(`check-${group}`, `Check part ${group}`, `write-${group}`, [
      'type: approval',
      `of: write-${group}`,
      'approvers: [marketing-manager]',
      `on_changes: { redo: write-${group}, rounds: 2 }`,
      `due: ${steps - group * 5} days before publish`,
      'effort: 30m',
    ]);
    add(`image-${group}`, `Draw part ${group}`, `check-${group}`, work(group * 5 + 1));
    add(`legal-${group}`, `Have part ${group} read by counsel`, `check-${group}`, [
      ...work(group * 5 + 1),
      'when: inputs.budget > 50000',
    ]);
    add(`place-${group}`, `Place part ${group}`, `image-${group}, legal-${group}`, work(group * 5 + 2));
    last = `place-${group}`;
  }
  return `${lines.join('\n')}\n`;
};
