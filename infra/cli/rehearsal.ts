/** What a rehearsal is asked with, and what is told of it afterwards. */
import type { RunEvent } from '../../functions/core/events.ts';
import type { Mail } from '../../functions/core/ports.ts';
import type { FieldValue, Person, Span } from '../../statemachines/language/workflow.ts';
import type { Library } from '../../statemachines/library.ts';
import type { Late } from './verdict.ts';

export type Choice = 'done' | 'approve' | 'request_changes' | 'reject';
export type Absence = Person['away'][number];

export type Rehearsal = {
  readonly library: Library;
  /** The id of a workflow of the library. */
  readonly workflow: string;
  readonly inputs: { readonly [name: string]: FieldValue };
  /** Role to person. */
  readonly people?: { readonly [role: string]: string };
  /** When the run starts, UTC. */
  readonly now: string;
  readonly seed?: string;
  /** By how much a step is answered later than at the last moment, each time that it opens. */
  readonly late?: { readonly [step: string]: Span };
  /** By person. */
  readonly away?: { readonly [person: string]: readonly Absence[] };
  /** What a step is answered with, round by round; after that it is done or approved. */
  readonly answers?: { readonly [step: string]: readonly Choice[] };
  /** Calls that the other system does not answer until the lead has them made again. */
  readonly failing?: readonly string[];
};

export type RehearsedMail = {
  readonly at: string;
  readonly to: string;
  readonly name?: string;
  readonly subject: string;
  readonly kind: Mail['lane'];
};
export type RehearsedEvent = {
  readonly at: string;
  readonly type: RunEvent['type'];
  readonly step?: string;
  readonly round?: number;
  readonly item?: string;
  readonly by?: string;
  readonly decision?: string;
  /** Only of a run that this one has started. */
  readonly run?: string;
  /** In words. */
  readonly told: string;
};
export type Rehearsed = {
  readonly workflow: string;
  readonly run: string;
  readonly title: string;
  /** Of the workflow's calendar. */
  readonly zone: string;
  readonly started: string;
  /** Null: not within 400 days. */
  readonly ended: string | null;
  readonly outcome: string | null;
  /** The date of the anchor; null where there is none. */
  readonly anchor: string | null;
  readonly anchor_kept: boolean | null;
  /** Why the anchor is missed, in words. */
  readonly missed: readonly string[];
  readonly late: readonly Late[];
  readonly mails: readonly RehearsedMail[];
  readonly events: readonly RehearsedEvent[];
  /** Mails and events in the order in which they happened. */
  readonly story: readonly ({ readonly mail: RehearsedMail } | { readonly event: RehearsedEvent })[];
  /** What could not be answered, in words. */
  readonly stuck: readonly string[];
};

/** The run could not be started; the message is for whoever asked. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}
