/** The schedules of a library: `every` of its workflows, in the zone of their calendars. */
import type { Library } from '../../statemachines/library.ts';
import { occurrences } from './cron.ts';
import type { ScheduledStart } from './scheduled-starts.ts';

export const schedulesOf = ({ workflows, calendars }: Library): ScheduledStart[] =>
  [...workflows.values()].flatMap(({ workflow }) => {
    const zone = calendars[workflow.calendar]?.zone ?? 'UTC';
    return workflow.starts.flatMap((start) =>
      start.kind === 'every'
        ? [{ workflow: workflow.id, id: `${start.cron} ${zone}`, after: occurrences(start.cron, zone) }]
        : [],
    );
  });
