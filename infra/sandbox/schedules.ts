/** The schedules of a library: `every` of its workflows, in the zone of their calendars; digests, where people are. */
import type { Library } from '../../statemachines/library.ts';
import { occurrences } from './cron.ts';
import type { ScheduledStart } from './scheduled-starts.ts';

export const schedulesOf = (library: Library): ScheduledStart[] => [...startsOf(library), ...digestsOf(library)];

/** On which mornings of a zone it is looked whether a week begins. */
const MORNINGS = '0 9 ? * MON-FRI *';

const digestsOf = ({ team }: Library): ScheduledStart[] =>
  [...new Set(team.people.map(({ zone }) => zone))].map((zone) => ({
    workflow: '.digest',
    id: zone,
    after: occurrences(MORNINGS, zone),
    call: (hosted) => hosted.alarm({ kind: 'digest', zone }),
  }));

const startsOf = ({ workflows, calendars }: Library): ScheduledStart[] =>
  [...workflows.values()].flatMap(({ workflow }) => {
    const zone = calendars[workflow.calendar]?.zone ?? 'UTC';
    return workflow.starts.flatMap((start) =>
      start.kind === 'every'
        ? [{ workflow: workflow.id, id: `${start.cron} ${zone}`, after: occurrences(start.cron, zone) }]
        : [],
    );
  });
