/**
 * What a Lambda is told by its environment.
 *
 * Promises: all of it is read and checked at once, on the first call; what is wrong is named, and its value is not.
 * The stack sets what stands here and nothing else.
 */
import { z } from 'zod';

const arn = z.string().regex(/^arn:[^\s]+$/);
const filled = z.string().min(1);

export const environment = z.object({
  STAGE: filled,
  BASE_URL: z.url({ protocol: /^https?$/ }).refine((url) => !url.endsWith('/')),
  SENDER_NAME: filled,
  SENDER_EMAIL: z.email(),
  GATHER_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
  HISTORY_TABLE: filled,
  RECORDS_TABLE: filled,
  /** The alias that starts a workflow, with `{workflow}` for its id. */
  MACHINE_ALIAS: arn.refine((text) => text.includes('{workflow}')),
  CONFIGURATION_SET: filled,
  ALARM_GROUP: filled,
  ALARM_ROLE_ARN: arn,
  ALARM_QUEUE_ARN: arn,
  ALARM_QUEUE_URL: z.url(),
  ALARM_DEAD_LETTERS_ARN: arn,
  /** Of the parameters that hold secrets. */
  SECRETS_PATH: z.string().regex(/^\/([A-Za-z0-9_.-]+\/)+$/),
  /** The catalogue as JSON, beside the code. */
  CATALOGUE_FILE: filled,
});
/** What the Lambda for those who operate is told besides. */
export const operatingEnvironment = environment.extend({
  /** Queues of dead letters as JSON: what lies there to their addresses. */
  DEAD_LETTERS: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('it is no JSON');
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.url())),
});
export type Environment = z.output<typeof environment>;

export class WrongEnvironment extends Error {
  override readonly name = 'WrongEnvironment';
}

type Given = { readonly [name: string]: string | undefined };

/** @throws WrongEnvironment */
export const readEnvironment = <Schema extends z.ZodType = typeof environment>(
  given: Given,
  schema: Schema = environment as never,
): z.output<Schema> => {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const names = new Set(read.error.issues.map(({ path }) => path.join('.')));
  throw new WrongEnvironment(`missing or wrong in the environment: ${[...names].join(', ')}`);
};
