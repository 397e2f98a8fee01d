/**
 * What only those who operate a place see: what lies behind the other ports. A port.
 *
 * Promises: no function that answers people or machines holds it; it is for the commands alone.
 * Hides: queues of dead letters, schedules, executions, parameters, tables.
 */
import type { HistoryEvent, Json } from '../history.ts';
import type { AlarmCall } from '../ports.ts';

/** Something that was called for, and could not be done after all its tries. */
export type DeadLetter = {
  /** By which it can be named as long as it lies there. */
  readonly id: string;
  /** Where it lies, in the words of the place. */
  readonly queue: string;
  /** Since when, UTC. */
  readonly at: string;
  /** What it is, with nothing of what people wrote. */
  readonly what: string;
};

/** `none`: it never began, or is long gone. `stopped`: from outside. */
export type MachineState = 'running' | 'succeeded' | 'failed' | 'timed out' | 'stopped' | 'none';

export type SetAlarm = { readonly name: string; readonly at: string; readonly call: AlarmCall };

/** `error`: something does not work, or will not. `warning`: it will not do for real work, or not for long. */
export type Finding = {
  readonly severity: 'error' | 'warning';
  /** Short and the same each time: `old-debts`. */
  readonly code: string;
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
};

/** All that is kept, one by one: for what concerns a person, and for nothing else. It costs as much as there is. */
export type Whole = {
  readonly runs: () => AsyncIterable<string>;
  /** Also what has expired and is still there. */
  readonly records: () => AsyncIterable<{ readonly kind: string; readonly key: string; readonly value: Json }>;
  /**
   * Puts another text of an event in the place of the one that is there: the only way in which a history ever changes.
   * @returns false: it is not, or no longer, what was expected.
   */
  readonly replace: (run: string, number: number, expected: HistoryEvent, by: HistoryEvent) => Promise<boolean>;
};

export type Backstage = {
  readonly deadLetters: {
    readonly list: () => Promise<readonly DeadLetter[]>;
    /** Has it done anew. False: it does not lie there any more. */
    readonly redrive: (id: string) => Promise<boolean>;
  };
  readonly machines: {
    readonly state: (workflow: string, run: string) => Promise<MachineState>;
    /** Whether it can go on where it failed, for whoever tells others that it does; the reason where it cannot. */
    readonly canGoOn: (workflow: string, run: string) => Promise<true | { readonly cannot: string }>;
    /** Has it go on where it failed. The reason where it cannot. */
    readonly redrive: (workflow: string, run: string) => Promise<'redriven' | { readonly cannot: string }>;
  };
  /** All that are set. */
  readonly alarms: () => Promise<readonly SetAlarm[]>;
  readonly secrets: {
    /** Whether a value can be made up here: nobody else has to know it first. */
    readonly isOurs: (name: string) => boolean;
    /**
     * Puts a new value before the one that counted, which still counts unless `alone`. Made up where none is given.
     * @returns how many count now.
     */
    readonly rotate: (name: string, wish: { readonly value?: string; readonly alone: boolean }) => Promise<number>;
  };
  readonly whole: Whole;
  /** What is not as it should be with the place itself. */
  readonly findings: () => Promise<readonly Finding[]>;
};
