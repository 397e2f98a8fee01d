/** `/team`: workload by person and week, who is away and who covers, roles nobody holds. */
import type { Person, Workflow } from '../../statemachines/language/workflow.ts';
import { expectedFor } from '../../statemachines/plan/people.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { titleOfRole } from '../core/people.ts';
import { everything, type Plate, plateOf } from '../core/plate.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import { rolesOf } from '../core/roles.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { chosenIn, type Part, partOf, shownPart } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';
import { weekDay } from '../pages/shown-dates.ts';
import { type AbsenceRow, teamPage, type UnheldRole } from '../pages/team-page.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { csvReply, tableIn, wantsCsv } from './csv.ts';
import { addressOf, frameFor } from './reader.ts';
import { html } from './replies.ts';

const WEEKS = 5;
/** The lists of the page by their names in its address, and how much of each is shown at once. */
const ON_A_PAGE = { people: 50, away: 50, unheld: 50 };
/** Absences that begin within so many days are shown. */
const DAYS_AHEAD = 60;

export const seeTeam =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const { people } = ports.catalogue.team;
    const now = ports.clock.now();
    const table = wantsCsv(request) ? tableIn(request) : undefined;
    if (table === 'away') return awayCsv(ports, now);
    if (table === 'unheld') return unheldCsv(ports, now);
    const known = await everything(ports);
    const all = people.map((person) => ({ person, plate: plateOf(ports, known, person, WEEKS) }));
    if (wantsCsv(request)) return csvOf(all, now);
    const query = chosenIn(request.query, Object.keys(ON_A_PAGE));
    const part = <Row>(rows: readonly Row[], name: keyof typeof ON_A_PAGE): Part<Row> =>
      partOf(rows, { path: PLACES.team, query, name, length: ON_A_PAGE[name] });
    const isLate = ({ due }: { readonly due?: string }): boolean =>
      due !== undefined && Date.parse(due) < Date.parse(now);
    return html(
      200,
      teamPage({
        frame: frameFor(ports, reader, 'team', addressOf(request)),
        people: shownPart(part(all, 'people'), ({ person, plate }) => ({
          name: person.name,
          href: `${PLACES.team}/${encodeURIComponent(person.id)}`,
          roles: person.roles.map((role) => titleOfRole(ports, role)),
          open: plate.work.length,
          late: plate.work.filter(isLate).length,
          weeks: plate.weeks.map(({ week, ...rest }) => ({ monday: weekDay(week), ...rest })),
        })),
        weeks: (all[0]?.plate.weeks ?? []).map(({ week }) => weekDay(week)),
        absences: shownPart(part(absencesOf(ports, now), 'away'), ({ from, to, ...rest }) => ({
          ...rest,
          from: weekDay(from),
          to: weekDay(to),
        })),
        unheld: part(unheldOf(ports), 'unheld'),
      }),
    );
  };

/** In days, the soonest first. */
const absencesOf = ({ catalogue: { team } }: Ports, now: string): readonly AbsenceRow[] => {
  const at = millisOf(now);
  return team.people
    .flatMap((person) => person.away.map((absence) => ({ person, ...absence, today: dayAt(at, person.zone) })))
    .filter(({ from, to, today, person }) => to >= today && from <= dayAt(at + DAYS_AHEAD * 86_400_000, person.zone))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ person, from, to, today }) => {
      const cover = coverOf(team.people, person, from > today ? millisOf(`${from}T12:00:00Z`) : at);
      return {
        name: person.name,
        from,
        to,
        now: from <= today,
        ...(cover === undefined ? {} : { cover }),
      };
    });
};

/** Who answers for them then, along the chain of covers. */
const coverOf = (people: readonly Person[], person: Person, at: number): string | undefined => {
  const alone = people.map((one) => ({ ...one, roles: one === person ? ['theirs'] : [] }));
  const { person: found, away } = expectedFor({ currency: '', roles: {}, people: alone }, 'theirs', {}, at);
  return away || found === person.id ? undefined : people.find(({ id }) => id === found)?.name;
};

const unheldOf = (ports: Ports): readonly UnheldRole[] => {
  const { team, workflows } = ports.catalogue;
  const held = new Set(team.people.flatMap(({ roles }) => roles));
  const needing = new Map<string, Workflow[]>();
  for (const { outline, state } of workflows.values()) {
    if (state === 'retired') continue;
    for (const role of rolesOf(outline.workflow))
      if (!held.has(role)) needing.set(role, [...(needing.get(role) ?? []), outline.workflow]);
  }
  return [...needing].map(([role, needed]) => ({
    title: titleOfRole(ports, role),
    workflows: needed.map(({ id, title }) => ({ title, href: `${PLACES.workflows}/${encodeURIComponent(id)}` })),
  }));
};

const csvOf = (all: readonly { readonly person: Person; readonly plate: Plate }[], now: string): HttpResponse =>
  csvReply(
    `team-${now.slice(0, 10)}`,
    PAGE_WORDS.team.csv,
    all.flatMap(({ person, plate }) =>
      plate.weeks.map(({ week, hours, capacity, away }) => [
        person.name,
        person.id,
        week,
        hours,
        capacity,
        away,
        plate.work.length,
      ]),
    ),
  );

const awayCsv = (ports: Ports, now: string): HttpResponse =>
  csvReply(
    `away-${now.slice(0, 10)}`,
    Object.values(PAGE_WORDS.team.awayColumns),
    absencesOf(ports, now).map(({ name, from, to, cover }) => [name, from, to, cover]),
  );

const unheldCsv = (ports: Ports, now: string): HttpResponse =>
  csvReply(
    `roles-nobody-holds-${now.slice(0, 10)}`,
    Object.values(PAGE_WORDS.team.unheldColumns),
    unheldOf(ports).map(({ title, workflows }) => [title, workflows.map((one) => one.title).join('; ')]),
  );
