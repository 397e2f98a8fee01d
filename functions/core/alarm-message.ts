/**
 * What lies in a queue when an alarm goes off.
 *
 * Promises: what was written is read, by functions that are deployed months later too: it carries `contract`, and each
 * number that may still lie there or be scheduled is read.
 */
import { z } from 'zod';
import type { AlarmCall } from './ports.ts';

const ALARM_CONTRACT = 1;

const call = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('step'),
    run: z.string().min(1),
    step: z.string().min(1),
    round: z.int().min(1),
    item: z.string().exactOptional(),
    generation: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal('gathered'), person: z.string().min(1) }),
  z.strictObject({ kind: z.literal('digest'), zone: z.string().min(1) }),
]);
const message = z.strictObject({ contract: z.literal(ALARM_CONTRACT), call });

/** No alarm of ours, or of a contract that is not known any more. */
export class NoAlarm extends Error {
  override readonly name = 'NoAlarm';
}

export const writeAlarm = (of: AlarmCall): string => JSON.stringify({ contract: ALARM_CONTRACT, call: of });

/** @throws NoAlarm */
export const readAlarm = (text: string): AlarmCall => {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new NoAlarm('what lies in the queue is no JSON', { cause });
  }
  const parsed = message.safeParse(read);
  if (!parsed.success) throw new NoAlarm('what lies in the queue is no alarm', { cause: parsed.error });
  return parsed.data.call;
};
