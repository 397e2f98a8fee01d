/**
 * The 24 defects of trust.md, each seeded alone into a sound machine: our check names every one by code and place.
 * Beside each stands which of the two published validators find it too, so that a new version of them is noticed.
 */
import { describe, expect, it } from 'vitest';
import { checkMachine } from '../statemachines/compiler/machine-check.ts';
import { type LooseJson, SAMPLE_FUNCTIONS, soundMachine } from './support/machine-sample.ts';
import { validateWithAslValidator, validateWithLanguageService } from './support/machine-validators.ts';

type Validator = 'asl-validator' | 'language service';

interface Seed {
  readonly defect: string;
  readonly spoil: (states: LooseJson, machine: LooseJson) => void;
  /** Code and path of each defect, and nothing else. */
  readonly found: readonly (readonly [code: string, path: string])[];
  readonly alsoBy: readonly Validator[];
}

const BOTH: readonly Validator[] = ['asl-validator', 'language service'];

const SEEDS: readonly Seed[] = [
  {
    defect: 'a StartAt that no state has',
    spoil: (_, machine) => {
      machine.StartAt = 'begin';
    },
    found: [['start-unknown', 'StartAt']],
    alsoBy: BOTH,
  },
  {
    defect: 'a typo in a Type',
    spoil: (states) => {
      states.outline.Type = 'Taks';
    },
    found: [['type-unknown', 'States.outline.Type']],
    alsoBy: BOTH,
  },
  {
    defect: 'End and Next together',
    spoil: (states) => {
      states.outline.End = true;
    },
    found: [['next-and-end', 'States.outline']],
    alsoBy: BOTH,
  },
  {
    defect: 'a Next to no state',
    spoil: (states) => {
      states['run.expired'].Next = 'expird';
    },
    found: [
      ['target-unknown', 'States["run.expired"].Next'],
      ['state-unreachable', 'States.expired'],
    ],
    alsoBy: BOTH,
  },
  {
    defect: 'a Catch to no state',
    spoil: (states) => {
      states.outline.Catch[0].Next = 'run.halted';
    },
    found: [['target-unknown', 'States.outline.Catch[0].Next']],
    alsoBy: BOTH,
  },
  {
    defect: 'a state that cannot be reached',
    spoil: (states) => {
      states.island = { Type: 'Pass', End: true };
    },
    found: [['state-unreachable', 'States.island']],
    alsoBy: BOTH,
  },
  {
    defect: 'no terminal state',
    spoil: (states) => {
      delete states.production.Branches[0].States.draft.End;
    },
    found: [
      ['state-without-way-out', 'States.production.Branches[0].States.draft'],
      ['no-terminal', 'States.production.Branches[0].States'],
    ],
    alsoBy: BOTH,
  },
  {
    defect: 'a Choice without Default',
    spoil: (states) => {
      delete states.production.Branches[1].States['images.when'].Default;
    },
    found: [
      ['choice-without-default', 'States.production.Branches[1].States["images.when"].Default'],
      ['state-unreachable', 'States.production.Branches[1].States["images.skip"]'],
    ],
    alsoBy: BOTH,
  },
  {
    defect: 'a syntax error in JSONata',
    spoil: (states) => {
      states.outline.Assign.outline = '{% $states.result. %}';
    },
    found: [['expression-syntax', 'States.outline.Assign.outline']],
    alsoBy: ['asl-validator'],
  },
  {
    defect: 'an unclosed {%',
    spoil: (states) => {
      states.outline.Assign.outline = '{% $states.result }';
    },
    found: [['expression-unclosed', 'States.outline.Assign.outline']],
    alsoBy: ['asl-validator'],
  },
  {
    defect: 'ResultPath in JSONata',
    spoil: (states) => {
      states.outline.ResultPath = '$.outline';
    },
    found: [['jsonpath-leftover', 'States.outline.ResultPath']],
    alsoBy: ['asl-validator'],
  },
  {
    defect: 'Parameters in JSONata',
    spoil: (states) => {
      states.outline.Parameters = { step: 'outline' };
    },
    found: [['jsonpath-leftover', 'States.outline.Parameters']],
    alsoBy: ['asl-validator'],
  },
  {
    defect: 'a name of 81 characters',
    spoil: (states) => {
      const name = 'n'.repeat(81);
      states[name] = states.stopped;
      states['run.stopped'].Next = name;
      delete states.stopped;
    },
    found: [['name-too-long', `States.${'n'.repeat(81)}`]],
    alsoBy: ['asl-validator'],
  },
  {
    defect: 'negative MaxAttempts',
    spoil: (states) => {
      states.outline.Retry[0].MaxAttempts = -1;
    },
    found: [['retry-invalid', 'States.outline.Retry[0].MaxAttempts']],
    alsoBy: BOTH,
  },
  {
    defect: 'TimeoutSeconds above 99,999,999',
    spoil: (states) => {
      states.outline.TimeoutSeconds = 100_000_000;
    },
    found: [['timeout-invalid', 'States.outline.TimeoutSeconds']],
    alsoBy: ['language service'],
  },
  {
    defect: 'a wrong integration name',
    spoil: (states) => {
      states['run.finished'].Resource = 'arn:aws:states:::lambda:invok';
    },
    found: [['integration-unknown', 'States["run.finished"].Resource']],
    alsoBy: [],
  },
  {
    defect: 'States.ALL not last',
    spoil: (states) => {
      states.outline.Catch.unshift({ ErrorEquals: ['States.ALL'], Next: 'run.stopped' });
    },
    found: [['errors-misplaced', 'States.outline.Catch[0].ErrorEquals']],
    alsoBy: [],
  },
  {
    defect: 'a heartbeat that is not below the timeout',
    spoil: (states) => {
      states.outline.HeartbeatSeconds = 30_240_000;
    },
    found: [['heartbeat-not-below-timeout', 'States.outline.HeartbeatSeconds']],
    alsoBy: [],
  },
  {
    defect: 'an unbounded loop',
    spoil: (states) => {
      delete states['approval.decision'].Choices[1].Assign;
    },
    found: [['loop-unbounded', 'States["approval.decision"].Choices[1].Next']],
    alsoBy: [],
  },
  {
    defect: 'no timeout',
    spoil: (states) => {
      delete states.outline.TimeoutSeconds;
    },
    found: [['timeout-missing', 'States.outline.TimeoutSeconds']],
    alsoBy: [],
  },
  {
    defect: 'a token that is not passed',
    spoil: (states) => {
      delete states.outline.Arguments.Payload.token;
    },
    found: [['token-not-passed', 'States.outline.Arguments']],
    alsoBy: [],
  },
  {
    defect: '$states assigned',
    spoil: (states) => {
      states.outline.Assign.states = {};
    },
    found: [['states-assigned', 'States.outline.Assign.states']],
    alsoBy: [],
  },
  {
    defect: 'an unknown function',
    spoil: (states) => {
      states.outline.Assign.outline = '{% $eval($states.result) %}';
    },
    found: [['function-unknown', 'States.outline.Assign.outline']],
    alsoBy: [],
  },
  {
    defect: 'a variable that may be unassigned',
    spoil: (states) => {
      states['run.finished'].Arguments.Payload.rounds = '{% $approval__limit %}';
    },
    found: [['variable-unassigned', 'States["run.finished"].Arguments.Payload.rounds']],
    alsoBy: [],
  },
];

function spoiled({ spoil }: Seed): LooseJson {
  const machine = soundMachine();
  spoil(machine.States, machine);
  return machine;
}

function found(machine: unknown): string[][] {
  return checkMachine(machine, { functions: SAMPLE_FUNCTIONS }).map(({ code, path }) => [code, path]);
}

async function alsoFoundBy(machine: unknown): Promise<Validator[]> {
  const finders: Validator[] = [];
  if (validateWithAslValidator(machine).length > 0) finders.push('asl-validator');
  if ((await validateWithLanguageService(machine)).length > 0) finders.push('language service');
  return finders;
}

describe('of the 24 defects, the check finds', () => {
  it.each(SEEDS)('$defect', async (seed) => {
    const machine = spoiled(seed);
    expect(found(machine)).toEqual(seed.found);
    expect(await alsoFoundBy(machine)).toEqual(seed.alsoBy);
  });

  it('all, and needs neither of the published validators for it', () => {
    const ours = SEEDS.filter((seed) => found(spoiled(seed)).length > 0);
    const theirs = SEEDS.filter((seed) => seed.alsoBy.length > 0);
    expect(SEEDS).toHaveLength(24);
    expect(ours).toHaveLength(24);
    expect(theirs).toHaveLength(15);
    expect(new Set([...ours, ...theirs]).size).toBe(24);
  });
});

describe('in the sound machine', () => {
  it('the check finds nothing', () => {
    expect(checkMachine(soundMachine(), { functions: SAMPLE_FUNCTIONS })).toEqual([]);
  });

  it('the published validators find nothing', async () => {
    expect(validateWithAslValidator(soundMachine())).toEqual([]);
    expect(await validateWithLanguageService(soundMachine())).toEqual([]);
  });
});

describe('asl-validator complains, wrongly, of', () => {
  it.each([
    [
      'an empty text',
      (states: LooseJson) => {
        states.outline.Assign.note = '';
      },
    ],
    [
      'a text of two lines',
      (states: LooseJson) => {
        states.outline.Assign.note = 'a\nb';
      },
    ],
    [
      'a list in a list',
      (states: LooseJson) => {
        states.outline.Assign.note = [['a']];
      },
    ],
    [
      'an Output without a space inside its marks',
      (states: LooseJson) => {
        states.outline.Output = '{%1%}';
      },
    ],
    [
      'an Output that is neither object nor expression',
      (states: LooseJson) => {
        states.outline.Output = null;
      },
    ],
    [
      'a key of a payload that is called Next',
      (states: LooseJson) => {
        states.outline.Arguments.Payload.Next = 'x';
      },
    ],
    [
      'a key of a payload that is called States',
      (states: LooseJson) => {
        states.outline.Arguments.Payload.States = { x: 1 };
      },
    ],
  ])('%s', async (_, change) => {
    const machine = soundMachine();
    change(machine.States);
    expect(found(machine)).toEqual([]);
    expect(await alsoFoundBy(machine)).toEqual(['asl-validator']);
  });
});
