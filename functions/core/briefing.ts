/**
 * What somebody has to know to do one step, or to judge one: the same for the mail, the page behind its link, and
 * whoever asks later (R14, R25–R27, R40, R41).
 *
 * Promises: plain values, every template evaluated, every date in the reader's zone; whoever renders it only renders.
 */
import type { Assurance, Field, FieldValue } from '../../statemachines/language/workflow.ts';

/** A date as it is shown: `wall` in `zone` as people write it, and how far off it is. */
export type ShownDate = {
  /** UTC. */
  readonly instant: string;
  /** `Friday 4 December 2026, 17:00`, the reader's zone. */
  readonly wall: string;
  /** `Europe/Oslo`. */
  readonly zone: string;
  /** `in 9 working days`, `today`, `2 working days late`. */
  readonly distance: string;
  readonly late: boolean;
};

export type ShownResult = {
  readonly label: string;
  /** As people read it; of a list one for each item. */
  readonly text: string;
  /** Where the value is a web address with https. */
  readonly href?: string;
};

/** Something that was said in a round. */
export type Remark = {
  readonly who: string;
  readonly at: ShownDate;
  readonly round: number;
  readonly decision?: 'approve' | 'request_changes' | 'reject' | 'done';
  readonly text: string;
};

/** Another step as this one sees it. */
export type Neighbour = {
  readonly step: string;
  readonly title: string;
  /** Names of people, or titles of roles where nobody is known yet. */
  readonly who: readonly string[];
  readonly finished?: ShownDate;
  readonly skipped?: boolean;
  readonly decision?: 'approve' | 'request_changes' | 'reject' | 'done' | 'skip';
  readonly due?: ShownDate;
  readonly results: readonly ShownResult[];
};

export type Briefing = {
  readonly run: {
    readonly id: string;
    readonly title: string;
    /** The workflow's title and purpose. */
    readonly workflow: string;
    readonly purpose: string;
    readonly url: string;
    readonly lead?: string;
  };
  readonly step: {
    readonly id: string;
    readonly type: 'task' | 'approval';
    readonly title: string;
    readonly phase?: string;
    /** What an item of an `each` is called, `Newsletter`. */
    readonly item?: string;
    /** Which item it is to the machine: what an entry in a calendar goes by. */
    readonly item_key?: string;
    readonly round: number;
    readonly assurance: Assurance;
  };
  readonly reader: {
    readonly person: string;
    readonly name: string;
    /** The title of the role in which they are asked. */
    readonly role: string;
    /** The name of whom they stand in for. */
    readonly covers?: string;
    /** False: may comment on an approval, does not count. */
    readonly counts: boolean;
  };
  /** What has just changed about it, by whom and why: `Mia Solberg gave this to you: Kasia is ill.` */
  readonly news?: string;
  /** One more each time that it changes: calendars take the entry with the highest. */
  readonly revision: number;
  /** When this was written, UTC. */
  readonly written: string;
  readonly due?: ShownDate;
  readonly expires?: ShownDate;
  readonly done_when?: string;
  /** Markdown. */
  readonly instructions?: string;
  readonly dos: readonly string[];
  readonly donts: readonly string[];
  readonly critical: readonly string[];
  readonly links: readonly { readonly title: string; readonly href?: string; readonly text: string }[];
  /** What it comes after, and what was handed in there. */
  readonly before: readonly Neighbour[];
  /** What comes after it. */
  readonly after: readonly Neighbour[];
  readonly remarks: readonly Remark[];
  /** For an approval: the work that is judged. */
  readonly judged?: Neighbour & { readonly by: readonly string[] };
  /** For an approval: everybody who is asked and what they have said. */
  readonly votes: readonly {
    readonly who: string;
    readonly role: string;
    readonly counts: boolean;
    readonly choice?: 'approve' | 'request_changes' | 'reject';
  }[];
  /** For an approval: `Everyone has to approve.` */
  readonly rule?: string;
  readonly choices: readonly ('done' | 'approve' | 'request_changes' | 'reject')[];
  /** It judges what the reader did themselves, so somebody else has to approve it (L14). */
  readonly own_work?: true;
  /** Rounds that are left for changes. */
  readonly rounds_left?: number;
  readonly fields: readonly { readonly name: string; readonly field: Field; readonly value?: FieldValue }[];
  /** People that a field of the type `person` can name. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
  /** People to whom the reader can give it, those of their role first. */
  readonly takers: readonly { readonly id: string; readonly name: string }[];
  /** Hours of work, proposed. */
  readonly effort?: number;
  /** Of all that is shown and judged: the answer carries it back (L8). */
  readonly content: string;
};
