/**
 * The outside as the core sees it: time, chance, settings, and everything that keeps or delivers.
 *
 * Promises: every adapter of a port behaves alike (test/contracts). What may be repeated is said at each method; all
 * of them may throw `TryAgain` (history.ts): the call may or may not have taken effect, and may be made again.
 * Hides: DynamoDB, Step Functions, SES, Scheduler, and what the sandbox has in their place.
 */

import type { Outline } from '../../statemachines/compiler/compile.ts';
import type { StartInput } from '../../statemachines/contract.ts';
import type { CalendarDefinition, Hook, Team } from '../../statemachines/language/workflow.ts';
import type { History, Json } from './history.ts';
import type { MailWriter } from './mails.ts';

/** UTC, ISO 8601 with milliseconds: `2027-01-04T16:00:00.000Z`. */
export type Clock = { readonly now: () => string };

export type Chance = { /** Unpredictable bytes. */ readonly bytes: (count: number) => Uint8Array };

export type Settings = {
  /** Where people reach us, without a slash at the end. Links are made from it and never from `Host` (L16). */
  readonly base_url: string;
  readonly sender: { readonly name: string; readonly email: string };
  /** Who is told of a fault where no lead can be. */
  readonly stage: string;
  /** How long reminders for one person are gathered into one mail. */
  readonly gather_seconds: number;
  /** Cookies go over https alone. False only where we are reached over plain http on loopback. */
  readonly secure_cookies: boolean;
  /** Whether anybody looks at the board, and at what comes next: in a rehearsal nobody does, and neither is kept. */
  readonly keeps_board: boolean;
  /** Whether whoever fails or sends too often waits (L15, W8). False where the clock stands still: nobody's wait ends. */
  readonly slows_down: boolean;
  /** Whether answers that come too quickly for a person are asked for a code (L13). */
  readonly wary_of_robots: boolean;
  /** How people say who they are. In a sandbox they choose from the team; elsewhere a link is mailed to them (L18). */
  readonly sign_in: 'choose' | 'mail';
};

/** A mail ready to go. Lanes go out in this order where not all can (trust.md). */
export const LANES = ['code', 'approval', 'task', 'reminder', 'digest'] as const;
export type Mail = {
  /** The same for every attempt to send it. */
  readonly id: string;
  readonly lane: (typeof LANES)[number];
  readonly to: { readonly name?: string; readonly email: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Message id of the run's thread, without `<>`: mails of one run stand together. */
  readonly thread?: string;
  /** An iCalendar file. */
  readonly invite?: { readonly name: string; readonly text: string };
};
export type Mailbox = {
  /** `refused`: it will never be delivered to this address. A mail of the same id may be sent again, and where it can be told, goes once. */
  readonly send: (mail: Mail) => Promise<'sent' | { readonly refused: string }>;
};

/** The state machines. */
export type Machines = {
  /**
   * Starts the machine of a workflow for a run; the run's id is the name of the execution. The same run with the same
   * input again: `started`, whether or not it was started before.
   */
  readonly start: (
    workflow: string,
    run: string,
    input: StartInput,
  ) => Promise<'started' | 'other-input' | 'no-machine'>;
  /** Answers a token. `gone`: used, timed out, or of a machine that has ended; nobody waits for it. */
  readonly succeed: (token: string, output: Json) => Promise<'taken' | 'gone'>;
  readonly fail: (token: string, error: string, cause: string) => Promise<'taken' | 'gone'>;
};

/** What is to happen later. */
export type Alarm = {
  /** At most 64 of `A-Z a-z 0-9 - _ .`. Another alarm of the same name takes its place. */
  readonly name: string;
  /** UTC. In the past: as soon as possible. */
  readonly at: string;
  readonly call: AlarmCall;
};
export type AlarmCall =
  /** Something about an opening of a step is due: a reminder, its expiry, the end of a wait, a call to be tried again. */
  | {
      readonly kind: 'step';
      readonly run: string;
      readonly step: string;
      readonly round: number;
      readonly item?: string;
      readonly generation: number;
    }
  /** The reminders gathered for one person are to be mailed. */
  | { readonly kind: 'gathered'; readonly person: string }
  /** It is the morning of a weekday there: whoever leads runs may have to be told of them. */
  | { readonly kind: 'digest'; readonly zone: string };
export type Alarms = {
  /** Fires once or more often, at `at` or up to a minute later. */
  readonly set: (alarm: Alarm) => Promise<void>;
  readonly clear: (name: string) => Promise<void>;
};

/**
 * Small things by kind and key, each changed only as long as it is as it was read: links, codes, devices, cards of
 * runs. Not the truth: what they hold follows from the history or can be asked for again.
 */
export type Records = {
  readonly read: (kind: string, key: string) => Promise<Kept | undefined>;
  /**
   * @param version what `read` gave: written only if nobody wrote since. 0: only if there is none. Left out: whatever there is.
   * @returns whether it was written.
   */
  readonly write: (
    kind: string,
    key: string,
    value: Json,
    keep?: Keep & { readonly version?: number },
  ) => Promise<boolean>;
  /** Removing what is not there changes nothing. */
  readonly remove: (kind: string, key: string) => Promise<void>;
  /** Those of a group, by `sort` and then key, at most `limit` (100) of them; `next` goes on where this ended. */
  readonly list: (
    group: string,
    page?: { readonly limit?: number; readonly after?: string },
  ) => Promise<{
    readonly records: readonly (Kept & { readonly kind: string; readonly key: string })[];
    readonly next?: string;
  }>;
};
export type Kept = { readonly value: Json /** From 1. */; readonly version: number };
export type Keep = {
  /** Where `list` finds it; without it, nowhere. */
  readonly group?: string;
  readonly sort?: string;
  /** UTC: from then on it is as if it were not there. */
  readonly expires?: string;
};

/** Other systems, reached over HTTPS by `call` steps. Never throws. */
export type Systems = {
  readonly call: (request: SystemRequest) => Promise<SystemAnswer>;
};
export type SystemRequest = {
  /** The same for every attempt: sent as `webhook-id`, signed as Standard Webhooks says. */
  readonly id: string;
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
};
export type SystemAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number /** Parsed where it is JSON, else text; cut at 64 KB. */;
      readonly body?: Json;
    }
  /** `again`: it may go better later. `why` is for people. */
  | { readonly outcome: 'failed'; readonly why: string; readonly again: boolean };

/** The workflows that are deployed here, and what stands beside them. */
export type Catalogue = {
  readonly workflows: ReadonlyMap<string, Published>;
  readonly team: Team;
  readonly calendars: { readonly [id: string]: CalendarDefinition };
  readonly hooks: { readonly [source: string]: Hook };
  /** What is wrong in files that are left out for it; nothing where only what is right is deployed. */
  readonly left_out?: readonly LeftOut[];
};
/** An error as `runsheet check` tells it. */
export type LeftOut = { readonly file: string; readonly line: number; readonly message: string; readonly fix: string };
export type Published = {
  readonly outline: Outline /** `retired`: kept for its runs, can no longer be started. */;
  readonly state: 'live' | 'retired';
};

/** For those who operate it. Fields hold ids and numbers; no token, code, secret, full address or text of a person. */
export type Log = {
  readonly info: (what: string, fields?: LogFields) => void;
  readonly warn: (what: string, fields?: LogFields) => void;
  readonly error: (what: string, cause: unknown, fields?: LogFields) => void;
};
export type LogFields = { readonly [name: string]: string | number | boolean | undefined };

/** Live secrets by name, newest first, at most two (W7). None: not configured. */
export type Secrets = {
  readonly live: (name: string) => Promise<readonly string[]>;
  /** The same, not from memory: for what did not fit. Asked for too often, what is known is given again. */
  readonly anew: (name: string) => Promise<readonly string[]>;
};

export type Ports = {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly settings: Settings;
  readonly history: History;
  readonly records: Records;
  readonly mailbox: Mailbox;
  readonly machines: Machines;
  readonly alarms: Alarms;
  readonly systems: Systems;
  readonly secrets: Secrets;
  readonly catalogue: Catalogue;
  readonly log: Log;
  /** Who writes our mails. */
  readonly mails: MailWriter;
};
