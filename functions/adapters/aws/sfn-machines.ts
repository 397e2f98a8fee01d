/**
 * The port `Machines` on Step Functions.
 *
 * Promises what the port promises. Starts go through the alias that is given for a workflow. AWS takes a start that is
 * made again as long as the run is open and the input byte for byte the same; what has ended since, and emulators that
 * refuse each second start, are settled by looking at what the run was started with.
 * Hides: ARNs, the SDK's errors.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionLimitExceeded,
  InvalidToken,
  KmsThrottlingException,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { TryAgain } from '../../core/history.ts';
import type { Machines } from '../../core/ports.ts';
import { callsOf } from './aws-call.ts';

export type SfnMachines = {
  readonly client: SFNClient;
  /** By workflow: `arn:…:stateMachine:NAME:ALIAS`. */
  readonly aliases: ReadonlyMap<string, string>;
};

const orTryAgain = callsOf('Step Functions', [KmsThrottlingException, ExecutionLimitExceeded]);
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

export const sfnMachines = ({ client, aliases }: SfnMachines): Machines => {
  const startedBefore = async (alias: string, run: string, input: unknown): Promise<'started' | 'other-input'> => {
    const executionArn = executionOf(alias, run);
    try {
      const { input: before } = await orTryAgain(client.send(new DescribeExecutionCommand({ executionArn })));
      return before !== undefined && isDeepStrictEqual(JSON.parse(before), input) ? 'started' : 'other-input';
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist)) throw error;
      throw new TryAgain('an execution is there, and cannot be seen yet or any more', { cause: error });
    }
  };

  return {
    start: async (workflow, run, input) => {
      const alias = aliases.get(workflow);
      if (alias === undefined) return 'no-machine';
      const text = JSON.stringify(input);
      const command = new StartExecutionCommand({ stateMachineArn: alias, name: run, input: text });
      try {
        await orTryAgain(client.send(command));
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return startedBefore(alias, run, JSON.parse(text));
        if (error instanceof StateMachineDoesNotExist || error instanceof StateMachineDeleting) return 'no-machine';
        throw error;
      }
    },
    succeed: (taskToken, output) =>
      takenOrGone(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, error, cause) =>
      takenOrGone(
        client.send(
          new SendTaskFailureCommand({
            taskToken,
            error: error.slice(0, LONGEST_ERROR),
            cause: cause.slice(0, LONGEST_CAUSE),
          }),
        ),
      ),
  };
};

/** A reply that was lost makes the SDK call again, and the second answer is `gone`: nobody waits any more, indeed. */
const takenOrGone = async (answering: Promise<unknown>): Promise<'taken' | 'gone'> => {
  try {
    await orTryAgain(answering);
    return 'taken';
  } catch (error) {
    if (GONE.some((type) => error instanceof type)) return 'gone';
    throw error;
  }
};
/** AWS says the first two of a token that was used or that it never gave; emulators say the third. */
const GONE = [TaskTimedOut, InvalidToken, TaskDoesNotExist];

/** An execution belongs to the machine, whichever alias it was started by. */
export const executionOf = (alias: string, run: string): string => {
  const [arn, partition, service, region, account, , machine] = alias.split(':');
  return [arn, partition, service, region, account, 'execution', machine, run].join(':');
};
