/** State machines on Step Functions: what is sent, and what each answer means. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionLimitExceeded,
  InvalidArn,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  KmsThrottlingException,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { sfnMachines } from '../functions/adapters/aws/sfn-machines.ts';
import { TryAgain } from '../functions/core/history.ts';
import { expectSame, expectTryAgain, lasting, modelled, passing } from './support/aws-errors.ts';

const sfn = mockClient(SFNClient);
beforeEach(() => {
  sfn.reset();
});

const alias = 'arn:aws:states:eu-central-1:123456789012:stateMachine:runsheet-blog-post:live';
const machines = sfnMachines({ client: new SFNClient({}), aliases: new Map([['blog-post', alias]]) });
const input = { contract: 1 as const, run: { id: 'spring' }, inputs: { title: 'Größe' } };
const sent = '{"contract":1,"run":{"id":"spring"},"inputs":{"title":"Größe"}}';
const start = () => machines.start('blog-post', 'spring', input);
const inputs = () => sfn.calls().map((call) => call.args[0].input);

describe('a start', () => {
  test('goes to the alias, under the name of the run', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    expect(await start()).toBe('started');
    expect(inputs()).toEqual([{ stateMachineArn: alias, name: 'spring', input: sent }]);
  });

  test('of an unknown workflow asks nobody', async () => {
    expect(await machines.start('other', 'spring', input)).toBe('no-machine');
    expect(await machines.start('constructor', 'spring', input)).toBe('no-machine');
    expect(inputs()).toEqual([]);
  });

  test.each([StateMachineDoesNotExist, StateMachineDeleting])(
    'of a machine that is gone finds none: %s',
    async (type) => {
      sfn.on(StartExecutionCommand).rejects(modelled(type));
      expect(await start()).toBe('no-machine');
    },
  );

  test.each([
    ['the same input', sent, 'started'],
    ['the same input in another order', '{"inputs":{"title":"Größe"},"run":{"id":"spring"},"contract":1}', 'started'],
    ['another input', '{"contract":1,"run":{"id":"spring"},"inputs":{"title":"Other"}}', 'other-input'],
    ['an input that may not be seen', undefined, 'other-input'],
  ])('under a name that is taken looks at what it was started with: %s', async (_, before, outcome) => {
    sfn.on(StartExecutionCommand).rejects(modelled(ExecutionAlreadyExists));
    sfn.on(DescribeExecutionCommand).resolves(before === undefined ? {} : { input: before });
    expect(await start()).toBe(outcome);
    expect(inputs()[1]).toEqual({
      executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:runsheet-blog-post:spring',
    });
  });

  test('under a name that is taken, and then cannot be seen, is to be tried again', async () => {
    sfn.on(StartExecutionCommand).rejects(modelled(ExecutionAlreadyExists));
    const error = modelled(ExecutionDoesNotExist);
    sfn.on(DescribeExecutionCommand).rejects(error);
    await expectTryAgain(start(), error);
  });

  test.each(passing(SFNServiceException))(
    'under a name that is taken passes on what may pass: %s',
    async (_, error) => {
      sfn.on(StartExecutionCommand).rejects(modelled(ExecutionAlreadyExists));
      sfn.on(DescribeExecutionCommand).rejects(error);
      await expectTryAgain(start(), error);
    },
  );

  test.each([
    ...passing(SFNServiceException),
    ['too many are open', modelled(ExecutionLimitExceeded)],
    ['keys are throttled', modelled(KmsThrottlingException)],
  ] as const)('is to be tried again: %s', async (_, error) => {
    sfn.on(StartExecutionCommand).rejects(error);
    await expectTryAgain(start(), error);
  });

  test.each([
    ...lasting(SFNServiceException),
    ['a wrong name', modelled(InvalidName)],
    ['a wrong ARN', modelled(InvalidArn)],
  ] as const)('throws as it is: %s', async (_, error) => {
    sfn.on(StartExecutionCommand).rejects(error);
    await expectSame(start(), error);
  });
});

describe.each([
  ['success', SendTaskSuccessCommand, () => machines.succeed('token', { decision: 'done' })],
  ['failure', SendTaskFailureCommand, () => machines.fail('token', 'Stopped', 'the run has ended')],
] as const)('an answer to a token: %s', (_name, command, call) => {
  test('is taken', async () => {
    sfn.on(command as never).resolves({} as never);
    expect(await call()).toBe('taken');
    expect(inputs()).toEqual([
      command === SendTaskSuccessCommand
        ? { taskToken: 'token', output: '{"decision":"done"}' }
        : { taskToken: 'token', error: 'Stopped', cause: 'the run has ended' },
    ]);
  });

  test.each([
    ['used or timed out', TaskTimedOut],
    ['never given', InvalidToken],
    ['used, as emulators say it', TaskDoesNotExist],
  ])('comes to nobody: %s', async (_, type) => {
    sfn.on(command as never).rejects(modelled(type));
    expect(await call()).toBe('gone');
  });

  test.each(passing(SFNServiceException))('is to be given again: %s', async (_, error) => {
    sfn.on(command as never).rejects(error);
    await expectTryAgain(call(), error);
  });

  test.each([...lasting(SFNServiceException), ['no JSON', modelled(InvalidOutput)]] as const)(
    'throws as it is: %s',
    async (_, error) => {
      sfn.on(command as never).rejects(error);
      await expectSame(call(), error);
    },
  );
});

test('an error and its cause are as long as AWS takes them', async () => {
  sfn.on(SendTaskFailureCommand).resolves({});
  await machines.fail('token', 'E'.repeat(300), 'c'.repeat(40_000));
  expect(inputs()).toEqual([{ taskToken: 'token', error: 'E'.repeat(256), cause: 'c'.repeat(32_768) }]);
});

test('what is to be tried again is known by its class', async () => {
  sfn.on(StartExecutionCommand).rejects(modelled(KmsThrottlingException));
  await expect(start()).rejects.toBeInstanceOf(TryAgain);
});
