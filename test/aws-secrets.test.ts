/** Secrets in parameters of Systems Manager: what is asked for, made, kept in mind, and given in place of what. */
import {
  GetParameterCommand,
  InternalServerError,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { parameterSecrets } from '../functions/adapters/aws/parameter-secrets.ts';
import { TryAgain } from '../functions/core/history.ts';

const ssm = mockClient(SSMClient);
let now: string;
let secrets: ReturnType<typeof parameterSecrets>;
beforeEach(() => {
  ssm.reset();
  now = '2027-01-04T16:00:00.000Z';
  secrets = parameterSecrets({
    client: new SSMClient({ region: 'eu-central-1', maxAttempts: 1 }),
    path: '/runsheet/prod/',
    clock: { now: () => now },
    chance: { bytes: (count) => new Uint8Array(count).fill(7) },
  });
});

const missing = new ParameterNotFound({ message: '', $metadata: {} });
const there = new ParameterAlreadyExists({ message: '', $metadata: {} });
const value = (Value: string) => ({ Parameter: { Value } });
const MADE = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('a secret that people have put there', () => {
  test.each([
    ['one as it is', 'whsec_abc', ['whsec_abc']],
    ['two as a list, newest first', '["new", "old"]', ['new', 'old']],
    ['of more than two the newest', '["newest", "new", "old"]', ['newest', 'new']],
    ['that begins with a bracket', '[not a list', ['[not a list']],
    ['an empty list', '[]', []],
  ])('%s', async (_, written, live) => {
    ssm.on(GetParameterCommand).resolves(value(written));
    expect(await secrets.live('brief-secret')).toEqual(live);
    expect(ssm.commandCalls(GetParameterCommand)[0]?.args[0].input).toEqual({
      Name: '/runsheet/prod/brief-secret',
      WithDecryption: true,
    });
  });

  test('counts within a minute when it is changed, and is not asked for each time', async () => {
    ssm.on(GetParameterCommand).resolves(value('old'));
    await secrets.live('brief-secret');
    ssm.on(GetParameterCommand).resolves(value('["new","old"]'));
    now = '2027-01-04T16:00:59.999Z';
    expect(await secrets.live('brief-secret')).toEqual(['old']);
    now = '2027-01-04T16:01:00.000Z';
    expect(await secrets.live('brief-secret')).toEqual(['new', 'old']);
    expect(ssm.commandCalls(GetParameterCommand)).toHaveLength(2);
  });

  test('signs nothing before every function knows it, and counts at once where it is read', async () => {
    const changed = new Date('2027-01-04T15:59:58.000Z');
    const rotated = { Parameter: { Value: '["new","old"]', LastModifiedDate: changed } };
    ssm.on(GetParameterCommand).resolves(rotated);
    expect(await secrets.live('forms')).toEqual(['old', 'new']);
    now = '2027-01-04T16:01:02.999Z';
    expect(await secrets.live('forms')).toEqual(['old', 'new']);
    now = '2027-01-04T16:02:03.000Z';
    expect(await secrets.live('forms')).toEqual(['new', 'old']);
    // The only one signs: nobody has another.
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '["alone"]', LastModifiedDate: new Date(now) } });
    now = '2027-01-04T16:03:10.000Z';
    expect(await secrets.live('forms')).toEqual(['alone']);
  });

  test('is read before that for what does not fit, once in five seconds whatever its name', async () => {
    ssm.on(GetParameterCommand).resolves(value('old'));
    expect(await secrets.anew('brief-secret')).toEqual(['old']);
    await secrets.live('other-secret');
    ssm.on(GetParameterCommand).resolves(value('["new","old"]'));
    now = '2027-01-04T16:00:01.000Z';
    expect(await secrets.anew('brief-secret')).toEqual(['new', 'old']);
    expect(await secrets.live('brief-secret')).toEqual(['new', 'old']);
    now = '2027-01-04T16:00:05.999Z';
    expect(await secrets.anew('other-secret')).toEqual(['old']);
    now = '2027-01-04T16:00:06.000Z';
    expect(await secrets.anew('other-secret')).toEqual(['new', 'old']);
    expect(ssm.commandCalls(GetParameterCommand)).toHaveLength(4);
  });

  test('that cannot be read anew is what it was, and is asked for again in its time', async () => {
    ssm.on(GetParameterCommand).resolves(value('old'));
    await secrets.live('brief-secret');
    ssm.on(GetParameterCommand).rejects(new InternalServerError({ message: '', $metadata: {} }));
    now = '2027-01-04T16:00:30.000Z';
    expect(await secrets.anew('brief-secret')).toEqual(['old']);
    ssm.on(GetParameterCommand).resolves(value('new'));
    expect(await secrets.live('brief-secret')).toEqual(['old']);
    now = '2027-01-04T16:01:00.000Z';
    expect(await secrets.live('brief-secret')).toEqual(['new']);
  });

  test('is asked for each time by those who operate, who may have changed it a moment ago', async () => {
    const clock = { now: () => now };
    const fresh = parameterSecrets({
      client: new SSMClient({ region: 'eu-central-1' }),
      path: '/runsheet/test/',
      clock,
      chance: { bytes: (count) => new Uint8Array(count) },
      kept_ms: 0,
    });
    ssm.on(GetParameterCommand).rejects(missing);
    expect(await fresh.live('brief-secret')).toEqual([]);
    ssm.on(GetParameterCommand).resolves(value('new'));
    expect(await fresh.live('brief-secret')).toEqual(['new']);
  });

  test('that is not there is none, and is not made up', async () => {
    ssm.on(GetParameterCommand).rejects(missing);
    expect(await secrets.live('brief-secret')).toEqual([]);
    expect(ssm.commandCalls(PutParameterCommand)).toEqual([]);
  });
});

describe('a secret that is ours', () => {
  test.each([
    ['forms', MADE],
    ['calls', MADE],
    ['hook-path-brief', Buffer.alloc(32, 7).toString('base64url')],
  ])('%s is made when it is first asked for, encrypted, and over nothing', async (name, made) => {
    ssm.on(GetParameterCommand).rejects(missing).on(PutParameterCommand).resolves({});
    expect(await secrets.live(name)).toEqual([made]);
    expect(ssm.commandCalls(PutParameterCommand)[0]?.args[0].input).toEqual({
      Name: `/runsheet/prod/${name}`,
      Value: JSON.stringify([made]),
      Type: 'SecureString',
      Overwrite: false,
    });
  });

  test('is the one of whoever was first', async () => {
    ssm
      .on(GetParameterCommand)
      .rejectsOnce(missing)
      .resolves(value('["theirs"]'))
      .on(PutParameterCommand)
      .rejects(there);
    expect(await secrets.live('forms')).toEqual(['theirs']);
  });
});

test('what may pass is to be tried again, and is not kept in mind', async () => {
  ssm
    .on(GetParameterCommand)
    .rejectsOnce(new InternalServerError({ message: '', $metadata: {} }))
    .resolves(value('one'));
  await expect(secrets.live('brief-secret')).rejects.toBeInstanceOf(TryAgain);
  expect(await secrets.live('brief-secret')).toEqual(['one']);
});
