/**
 * Where a command is to do what it does: a sandbox that is running, or a stack on AWS.
 *
 * Promises: commands ask both the same. Errors: `Refusal` in the user's words: 1 where nothing answers or it cannot be
 * done as things are, 2 where something was called wrongly or is not there.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Answered, Asked, OperationName, Reply } from '../../functions/core/operating/operations.ts';
import { addressIn } from '../sandbox/address-file.ts';
import { shownPath } from '../workflow-folder.ts';
import { Refusal } from './library-at.ts';
import { addressOf, ask, problemOf } from './sandbox-at.ts';

export type PlaceOptions = {
  /** The address of a sandbox. */
  readonly to?: string;
  /** A stage on AWS. */
  readonly stage?: string;
  /** The folder of a sandbox, which knows where it is. */
  readonly data?: string;
};

export type Place = {
  /** How it is called in sentences. */
  readonly name: string;
  readonly ask: <N extends OperationName>(operation: N, asked: Asked<N>) => Promise<Answered<N>>;
};

/** What carries a question there, and the reply back. */
export type Carrier = (operation: OperationName, asked: unknown) => Promise<Reply>;

export const placeOf = async (options: PlaceOptions): Promise<Place> => {
  if (options.stage !== undefined) {
    if (options.to !== undefined) throw new Refusal(2, 'Say either --to, for a sandbox, or --stage, for AWS.');
    const { stageOnAws } = await import('./stage-on-aws.ts');
    return placeBy(`the stage ${options.stage}`, stageOnAws(options.stage));
  }
  const address = addressOf(sandboxAddress(options));
  return placeBy(address, sandboxAt(address));
};

export const placeBy = (name: string, carry: Carrier): Place => ({
  name,
  ask: async (operation, asked) => {
    const reply = await carry(operation, asked);
    if ('refused' in reply) throw new Refusal(reply.refused.kind === 'conflict' ? 1 : 2, reply.refused.why);
    return reply.answer as never;
  },
});

const DATA = '.runsheet';

const sandboxAddress = ({ to, data }: PlaceOptions): string => {
  const folder = resolve(data ?? DATA);
  if (data !== undefined && !existsSync(folder))
    throw new Refusal(
      2,
      `There is no folder ${shownPath(folder)} of a sandbox. Start one with npm start, or name its folder with --data.`,
    );
  return to ?? addressIn(folder) ?? 'http://localhost:8080';
};

const sandboxAt =
  (address: string): Carrier =>
  async (operation, asked) => {
    const answered = await ask(address, `/sandbox/operations/${operation}`, {
      method: 'POST',
      headers: [['content-type', 'application/json']],
      body: JSON.stringify(asked),
    });
    const reply = answered.body;
    if (
      answered.status === 200 &&
      typeof reply === 'object' &&
      reply !== null &&
      ('answer' in reply || 'refused' in reply)
    )
      return reply as Reply;
    throw new Refusal(1, problemOf(address, answered));
  };
