/**
 * All that crosses between a machine and the functions.
 *
 * Promises: whatever a machine sends fits the schema of the function that it calls, and whatever a function
 * answers fits what the machine reads. A machine keeps running for months while functions are deployed anew,
 * so every payload carries `contract`, and functions accept each number that may still be running.
 */
import { z } from 'zod';

export const CONTRACT = 1;

/** The placeholders of functions in a machine, each standing for the ARN of one Lambda. */
export const FUNCTIONS = {
  openRun: 'OpenRun',
  openStep: 'OpenStep',
  skipStep: 'SkipStep',
  sendEmail: 'SendEmail',
  holdStep: 'HoldStep',
  callSystem: 'CallSystem',
  startSubRun: 'StartSubRun',
  openEach: 'OpenEach',
  awaitSteps: 'AwaitSteps',
  closeRun: 'CloseRun',
} as const;
export type FunctionName = (typeof FUNCTIONS)[keyof typeof FUNCTIONS];

/**
 * Names of errors that machines catch; a function throws, or fails a token with, an error of this name.
 * `Stopped`: the run has ended, every branch is to go home. `Rejected` and `Expired` travel out of branches.
 * `TryAgain`: what went wrong will pass.
 */
export const ERRORS = {
  stopped: 'Stopped',
  rejected: 'Rejected',
  expired: 'Expired',
  undecided: 'Undecided',
  tryAgain: 'TryAgain',
} as const;

/** What the functions answer for a finished step. */
export const DECISIONS = ['done', 'approve', 'request_changes', 'reject', 'skip'] as const;
export type Decision = (typeof DECISIONS)[number];

export const OUTCOMES = ['finished', 'rejected', 'stopped', 'expired'] as const;

const contract = z.literal(CONTRACT);
const runId = z.string().min(1).max(80);
const stepId = z.string().min(1).max(40);
const token = z.string().min(1).max(2_048);

/** Which opening of which step: unique within a run, the same however often a call is repeated. */
const occurrence = {
  contract,
  run: runId,
  step: stepId,
  /** 1, and one more each time that changes were asked for around the step. */
  round: z.int().min(1),
  /**
   * Inside `each`: which item of which round of the each, like `1:0`, outermost first (`1:0/2:3`);
   * and the items themselves by their names.
   */
  item: z.string().optional(),
  values: z.record(z.string(), z.json()).optional(),
};

/** What each function is sent. */
export const payloads = {
  OpenRun: z.strictObject({ contract, run: runId }),
  OpenStep: z.strictObject({ ...occurrence, token }),
  SkipStep: z.strictObject(occurrence),
  SendEmail: z.strictObject(occurrence),
  HoldStep: z.strictObject({ ...occurrence, token }),
  CallSystem: z.strictObject({ ...occurrence, token }),
  StartSubRun: z.strictObject({ ...occurrence, token: token.optional() }),
  OpenEach: z.strictObject({ ...occurrence, count: z.int().min(0) }),
  /**
   * Answered when all of `steps` have finished, with the results that the machine needs of them: `{ step: results }`,
   * of an each `{ step: [{ nested: results }] }`. They are steps of the list that the waiting step is in, or of one around it.
   */
  AwaitSteps: z.strictObject({ ...occurrence, steps: z.array(stepId).min(1), token }),
  CloseRun: z.strictObject({ contract, run: runId, outcome: z.enum(OUTCOMES) }),
} as const satisfies { readonly [F in FunctionName]: z.ZodType };

/** What a machine is started with: only what its expressions need of inputs and run. */
export const startInput = z.strictObject({
  contract,
  run: z.strictObject({
    id: runId,
    title: z.string().optional(),
    started: z.string().optional(),
    url: z.string().optional(),
  }),
  inputs: z.record(z.string(), z.json()),
});
export type StartInput = z.output<typeof startInput>;
