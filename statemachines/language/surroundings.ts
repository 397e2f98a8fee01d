/**
 * What stands beside the workflows: the team, the calendars, the webhook sources.
 *
 * Promises: each file gives what it says, or located faults; a broken one is left out, so that the
 * workflows are not blamed for it. Hides: shorthand and defaults.
 */

import type { z } from 'zod';
import { isDate, isMailAddress } from './dates-and-addresses.ts';
import { readExpression } from './expression.ts';
import { type FactsOf, type Fault, type FaultCode, fault, type Place } from './faults.ts';
import { HOLIDAY_COUNTRIES } from './holiday-countries.ts';
import { nearest } from './nearest.ts';
import { calendarsSchema, type hookSchema, hooksSchema, teamSchema } from './schema.ts';
import { readShape } from './shape.ts';
import type { Calendars, Hooks, Person, Team, Weekday } from './workflow.ts';
import { type Json, type Path, type Places, readYamlFile } from './yaml-file.ts';

export type Surroundings = { readonly team?: Team; readonly calendars?: Calendars; readonly hooks?: Hooks };

export type Report = <C extends FaultCode>(code: C, place: Place, facts: FactsOf<C>) => void;
/** `placeOf` finds what later checks object to. */
export type Read<T> = {
  readonly value?: T;
  readonly faults: readonly Fault[];
  readonly placeOf?: (path: Path) => Place;
};

const readFile = <A, T>(
  text: string,
  file: string,
  schema: z.ZodType<A>,
  make: (authored: A, places: Places, report: Report) => T,
): Read<T> => {
  const { yaml, faults } = readYamlFile(text, file);
  if (yaml === undefined) return { faults };
  const shape = readShape(schema, yaml.value as Json, file, yaml.places);
  const found: Fault[] = [...faults, ...shape.faults];
  if (shape.authored === undefined) return { faults: found };
  const value = make(shape.authored, shape.places, (code, place, facts) => found.push(fault(code, file, place, facts)));
  return { value, faults: found, placeOf: shape.places.ofValue };
};

const EVERYDAY: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

export const isZone = (zone: string): boolean => {
  if (!/^[A-Za-z]/.test(zone)) return false;
  // Nearly always it is one of these; of older names only a format knows, which takes Intl ten times as long to make.
  commonZones ??= new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
  if (commonZones.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};
let commonZones: ReadonlySet<string> | undefined;

/** `12-24`: each year. */
const isYearly = (text: string): boolean => /^\d{2}-\d{2}$/.test(text) && isDate(`2028-${text}`);

/** @param zone of people who give none. */
export const readTeam = (text: string, file: string, zone = 'UTC'): Read<Team> =>
  readFile(text, file, teamSchema, (authored, places, report) => {
    const roles = authored.roles;
    const knownRoles = Object.keys(roles);
    const knownPeople = authored.people.map(({ id }) => id);
    const first = new Map<string, number>();
    if (authored.currency !== undefined && !/^[A-Z]{3}$/.test(authored.currency))
      report('wrong-type', places.ofValue(['currency']), {
        what: '`currency`',
        expected: 'a code of three letters like `EUR`',
        came: `\`${authored.currency}\``,
      });
    const people = authored.people.map((person, index): Person => {
      const path: Path = ['people', index];
      const earlier = first.get(person.id);
      if (earlier !== undefined)
        report('duplicate-id', places.ofValue([...path, 'id']), { what: 'The person', id: person.id, first: earlier });
      else first.set(person.id, places.ofValue([...path, 'id']).line);
      if (!isMailAddress(person.email))
        report('bad-address', places.ofValue([...path, 'email']), {
          text: person.email,
          problem: 'is no mail address.',
        });
      for (const [at, role] of (person.roles ?? []).entries()) {
        if (!Object.hasOwn(roles, role))
          report('unknown-role', places.ofValue([...path, 'roles', at]), {
            name: role,
            nearest: nearest(role, knownRoles),
            known: knownRoles,
          });
      }
      if (person.manager !== undefined) checkPerson(person.manager, [...path, 'manager']);
      if (person.zone !== undefined) checkZone(person.zone, [...path, 'zone']);
      for (const [at, away] of (person.away ?? []).entries()) {
        for (const end of ['from', 'to'] as const)
          if (!isDate(away[end]))
            report('bad-date', places.ofValue([...path, 'away', at, end]), { text: away[end], problem: 'is no date.' });
        if (isDate(away.from) && isDate(away.to) && away.to < away.from)
          report('bad-date', places.ofValue([...path, 'away', at, 'to']), {
            text: away.to,
            problem: `is before \`${away.from}\`.`,
          });
        if (away.cover !== undefined) checkPerson(away.cover, [...path, 'away', at, 'cover']);
      }
      return {
        id: person.id,
        name: person.name,
        email: person.email,
        roles: person.roles ?? [],
        zone: person.zone ?? zone,
        language: person.language ?? 'en',
        away: (person.away ?? []).map(({ from, to, cover }) => ({
          from,
          to,
          ...(cover === undefined ? {} : { cover }),
        })),
        ...(person.access === undefined ? {} : { access: person.access }),
        ...(person.manager === undefined ? {} : { manager: person.manager }),
        ...(person.rate === undefined ? {} : { rate: person.rate }),
        ...(person.capacity === undefined ? {} : { capacity: person.capacity }),
      };
    });
    return { currency: authored.currency ?? 'EUR', roles, people };

    function checkPerson(id: string, path: Path) {
      if (!knownPeople.includes(id))
        report('unknown-person', places.ofValue(path), {
          name: id,
          nearest: nearest(id, knownPeople),
          known: knownPeople,
        });
    }
    function checkZone(zone: string, path: Path) {
      if (!isZone(zone))
        report('bad-zone', places.ofValue(path), {
          name: zone,
          nearest: nearest(zone, Intl.supportedValuesOf('timeZone')),
          known: [],
        });
    }
  });

export const readCalendars = (text: string, file: string): Read<Calendars> =>
  readFile(text, file, calendarsSchema, (authored, places, report) => {
    const entries = Object.entries(authored.calendars).map(([id, calendar]) => {
      const path: Path = ['calendars', id];
      if (!isZone(calendar.zone))
        report('bad-zone', places.ofValue([...path, 'zone']), {
          name: calendar.zone,
          nearest: nearest(calendar.zone, Intl.supportedValuesOf('timeZone')),
          known: [],
        });
      const [from = '09:00', to = '17:00'] = (calendar.hours ?? '09:00-17:00').split('-');
      const { country } = calendar.holidays ?? {};
      if (country !== undefined && !HOLIDAY_COUNTRIES.includes(country.toUpperCase()))
        report('bad-country', places.ofValue([...path, 'holidays', 'country']), {
          country,
          problem: 'the holidays of no such country are known.',
        });
      if (to <= from)
        report('wrong-type', places.ofValue([...path, 'hours']), {
          what: '`hours`',
          expected: 'an earlier and a later time',
          came: `\`${calendar.hours}\``,
        });
      const holidays = calendar.holidays ?? {};
      for (const [at, day] of (holidays.add ?? []).entries())
        if (!isDate(day.date) && !isYearly(day.date))
          report('bad-date', places.ofValue([...path, 'holidays', 'add', at, 'date']), {
            text: day.date,
            problem: 'is no date.',
          });
      for (const [at, day] of (holidays.except ?? []).entries())
        if (!isDate(day) && !isYearly(day))
          report('bad-date', places.ofValue([...path, 'holidays', 'except', at]), {
            text: day,
            problem: 'is no date.',
          });
      const definition = {
        title: calendar.title ?? id,
        zone: calendar.zone,
        workdays: calendar.workdays ?? EVERYDAY,
        hours: { from, to },
        holidays: {
          add: holidays.add ?? [],
          except: holidays.except ?? [],
          ...(holidays.country === undefined ? {} : { country: holidays.country }),
          ...(holidays.region === undefined ? {} : { region: holidays.region }),
        },
      };
      return [id, definition] as const;
    });
    return Object.fromEntries(entries);
  });

export const readHooks = (text: string, file: string): Read<Hooks> =>
  readFile(text, file, hooksSchema, (authored, places, report) => {
    for (const [source, hook] of Object.entries(authored.hooks)) {
      for (const [input, expression] of Object.entries(hook.map ?? {})) {
        // The payload is the provider's, so its names cannot be checked; whether it can be read at all, can.
        const { problem } = readExpression(expression);
        if (problem?.code === 'bad-expression')
          report('bad-expression', places.within(['hooks', source, 'map', input], problem.offset, problem.length), {
            expression,
            problem: problem.what,
          });
      }
      checkPages(source, hook, places, report);
    }
    return Object.fromEntries(
      Object.entries(authored.hooks).map(([source, { provider, workflow, secret, map, origins, thanks }]) => [
        source,
        {
          provider,
          workflow,
          map: map ?? {},
          ...(secret === undefined ? {} : { secret }),
          ...(origins === undefined ? {} : { origins }),
          ...(thanks === undefined ? {} : { thanks }),
        },
      ]),
    );
  });

/** Which pages may send a form, and which follow it. */
const checkPages = (source: string, hook: z.output<typeof hookSchema>, places: Places, report: Report): void => {
  for (const key of ['origins', 'thanks'] as const) {
    if (hook[key] === undefined || hook.provider === 'form') continue;
    report('unknown-key', places.ofKey(['hooks', source, key]), {
      name: key,
      where: `a source whose provider is \`${hook.provider}\``,
      nearest: undefined,
      known: [],
      fix: 'Take it out: only what a `form` sends comes from a page.',
    });
  }
  for (const [at, origin] of (hook.origins ?? []).entries())
    if (!isOrigin(origin))
      report('bad-origin', places.ofValue(['hooks', source, 'origins', at]), {
        text: origin,
        problem: 'is not written as an origin.',
      });
  for (const [at, address] of (hook.thanks ?? []).entries())
    if (!isPageAddress(address))
      report('bad-address', places.ofValue(['hooks', source, 'thanks', at]), {
        text: address,
        problem: 'is no address of a page.',
        fix: 'Write the whole address, like `https://www.example.com/thanks`.',
      });
};

/** Of one host: what looks like a pattern for several would be none for browsers, or let all of them in. */
const webAddress = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && /^[\w.:[\]-]+$/.test(url.hostname) ? url : undefined;
};
const isOrigin = (text: string): boolean => webAddress(text)?.origin === text;
/** It goes into a header as it is. */
const isPageAddress = (text: string): boolean => {
  const url = webAddress(text);
  return url !== undefined && /^[!-~]+$/.test(text) && url.username === '' && url.password === '';
};
