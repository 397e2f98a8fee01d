/**
 * The port `Secrets` on parameters of Systems Manager, encrypted: `PATH` and the name of the secret.
 *
 * A value is one secret as it is, or a list as JSON with the newest first. Our own secrets are made when they are first
 * asked for; whoever makes one at the same moment as another takes the other's.
 *
 * Promises: what a person changes counts within a minute, and nothing is signed with it before every function knows it,
 * unless it is the only one. Something that does not fit has it read before that, once in five seconds an instance,
 * whatever the names, so that nobody can use up what Systems Manager answers to everybody in this account (40 calls a
 * second) by what does not fit. Hides: the SDK's errors, what was read before.
 */
import {
  GetParameterCommand,
  InternalServerError,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
  TooManyUpdates,
} from '@aws-sdk/client-ssm';
import { isOurSecret, madeSecret, rotated } from '../../core/made-secret.ts';
import type { Backstage } from '../../core/operating/backstage.ts';
import type { Chance, Clock, Secrets } from '../../core/ports.ts';
import { callsOf } from './aws-call.ts';

export type ParameterSecrets = {
  readonly client: SSMClient;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** How long what was read is not asked for again; by default a minute. */
  readonly kept_ms?: number;
};

const MOST_LIVE = 2;
const KEPT_MS = 60_000;
const ANEW_MS = 5_000;
/** By which the clocks of AWS and of a function may differ. */
const SKEW_MS = 5_000;
const orTryAgain = callsOf('Systems Manager', [InternalServerError, TooManyUpdates]);

export const parameterSecrets = ({ client, path, clock, chance, kept_ms = KEPT_MS }: ParameterSecrets): Secrets => {
  const known = new Map<string, Known>();
  let lastAnew = Number.NEGATIVE_INFINITY;

  /** Functions that have not read it yet would refuse what is signed with it: the one before signs for as long. */
  const inOrder = ({ live, changed }: Parameter): readonly string[] => {
    const [newest, before, ...older] = live;
    const settled = changed === undefined || Date.parse(clock.now()) - changed >= kept_ms + (kept_ms > 0 ? SKEW_MS : 0);
    return settled || newest === undefined || before === undefined ? live : [before, newest, ...older];
  };

  const read = async (Name: string): Promise<readonly string[] | undefined> => {
    const found = await readParameter(client, Name);
    return found === undefined ? undefined : inOrder(found);
  };

  const make = async (name: string, Name: string): Promise<readonly string[]> => {
    const made = madeSecret(name, chance);
    const Value = JSON.stringify([made]);
    try {
      await orTryAgain(client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: false })));
      return [made];
    } catch (error) {
      // Also when the reply to our own was lost.
      if (error instanceof ParameterAlreadyExists) return (await read(Name)) ?? [];
      throw error;
    }
  };

  const look = async (name: string): Promise<readonly string[]> => {
    const Name = `${path}${name}`;
    return (await read(Name)) ?? (isOurSecret(name) ? make(name, Name) : []);
  };

  const lookAt = (name: string, now: number): Promise<readonly string[]> => {
    const live = look(name);
    known.set(name, { until: now + kept_ms, live });
    // What failed is asked for anew.
    live.catch(() => known.delete(name));
    return live;
  };

  return {
    live: (name) => {
      const now = Date.parse(clock.now());
      const before = known.get(name);
      return before !== undefined && before.until > now ? before.live : lookAt(name, now);
    },
    anew: (name) => {
      const now = Date.parse(clock.now());
      const before = known.get(name);
      if (before === undefined) return lookAt(name, now);
      if (now - lastAnew < Math.min(kept_ms, ANEW_MS)) return before.live;
      lastAnew = now;
      // Who comes meanwhile waits for the same. What is known holds on where it cannot be had: a fault of ours would
      // else be had for the asking, by anything that does not fit.
      const live = look(name).catch(() => {
        known.set(name, before);
        return before.live;
      });
      known.set(name, { until: now + kept_ms, live });
      return live;
    },
  };
};

type Known = { readonly until: number; readonly live: Promise<readonly string[]> };

type Parameter = {
  readonly live: readonly string[];
  /** Milliseconds since 1970. */
  readonly changed?: number | undefined;
};

const readParameter = async (client: SSMClient, Name: string): Promise<Parameter | undefined> => {
  try {
    const { Parameter } = await orTryAgain(client.send(new GetParameterCommand({ Name, WithDecryption: true })));
    return { live: liveIn(Parameter?.Value ?? ''), changed: Parameter?.LastModifiedDate?.getTime() };
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
};

/** Functions that read a secret go on with what they know for a minute: the one before signs and counts that long. */
export const parameterRotation = ({
  client,
  path,
  chance,
}: Omit<ParameterSecrets, 'clock' | 'kept_ms'>): Backstage['secrets'] => ({
  isOurs: isOurSecret,
  rotate: async (name, { value = madeSecret(name, chance), alone }) => {
    const Name = `${path}${name}`;
    const live = rotated((await readParameter(client, Name))?.live ?? [], value, alone);
    const Value = JSON.stringify(live);
    await orTryAgain(client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true })));
    return live.length;
  },
});

const liveIn = (text: string): readonly string[] => {
  const list = text.trimStart().startsWith('[') ? asList(text) : undefined;
  return (list ?? [text]).filter((one) => one !== '').slice(0, MOST_LIVE);
};

/** Undefined: a secret that happens to begin with a bracket. */
const asList = (text: string): readonly string[] | undefined => {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) && read.every((one) => typeof one === 'string') ? read : undefined;
  } catch {
    return undefined;
  }
};
