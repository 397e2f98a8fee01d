import { describe, expect, test } from 'vitest';
import type { Fault } from '../statemachines/language/faults.ts';
import { readCalendars, readHooks, readTeam } from '../statemachines/language/surroundings.ts';
import { placesOf, told, unmark } from './support/language-files.ts';

const expectFaults = (
  marked: string,
  codes: readonly string[],
  reader: (text: string, file: string) => { readonly faults: readonly Fault[] },
  message = '',
): void => {
  const { text, places } = unmark(marked);
  const { faults } = reader(text, 'beside.yaml');
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  expect(
    sorted.map(({ code }) => code),
    faults.map(told).join('\n'),
  ).toEqual(codes);
  expect(placesOf(sorted)).toEqual(places);
  expect(sorted[0]?.message ?? '').toContain(message);
};

describe('the team', () => {
  const ADA = '  - { id: ada, name: Ada, email: ada@example.com }\n';
  const team = (people: string, keys = '') => `${keys}roles: { editor: Editor, writer: Writer }\npeople:\n${people}`;

  test('is roles and people, with what each person is', () => {
    const { value, faults } = readTeam(
      `currency: NOK
roles:
  editor: Editor
  blog-writer: Writer
people:
  - id: ada-berg
    name: Ada Berg
    email: ada.berg@example.com
    roles: [editor, blog-writer]
    access: lead
    manager: bo
    zone: Europe/Oslo
    language: nb
    rate: 62.5
    capacity: 37.5
    away:
      - { from: 2026-12-21, to: 2027-01-01, cover: bo }
      - { from: 2027-02-01, to: 2027-02-01 }
  - { id: bo, name: Bo, email: bo@example.com }
`,
      'team.yaml',
    );
    expect(faults).toEqual([]);
    expect(value).toEqual({
      currency: 'NOK',
      roles: { editor: 'Editor', 'blog-writer': 'Writer' },
      people: [
        {
          id: 'ada-berg',
          name: 'Ada Berg',
          email: 'ada.berg@example.com',
          roles: ['editor', 'blog-writer'],
          access: 'lead',
          manager: 'bo',
          zone: 'Europe/Oslo',
          language: 'nb',
          rate: 62.5,
          capacity: 37.5,
          away: [
            { from: '2026-12-21', to: '2027-01-01', cover: 'bo' },
            { from: '2027-02-01', to: '2027-02-01' },
          ],
        },
        { id: 'bo', name: 'Bo', email: 'bo@example.com', roles: [], zone: 'UTC', language: 'en', away: [] },
      ],
    });
  });

  test('counts in euros where no currency is written', () => {
    expect(readTeam(team(ADA), 'team.yaml').value?.currency).toBe('EUR');
    expectFaults(team(ADA, 'currency: »euro\n'), ['wrong-type'], readTeam, '`currency`');
  });

  test.each([
    [
      'an id twice',
      '  - { id: ada, name: A, email: a@example.com }\n  - { id: »ada, name: B, email: b@example.com }',
      ['duplicate-id'],
    ],
    ['an id that is badly formed', '  - { id: »Ada Berg, name: A, email: a@example.com }', ['bad-id']],
    ['a mail address that cannot be', '  - { id: ada, name: A, email: »ada.example.com }', ['bad-address']],
    ['an unknown role', '  - { id: ada, name: A, email: a@example.com, roles: [editor, »writr] }', ['unknown-role']],
    ['an unknown manager', '  - { id: ada, name: A, email: a@example.com, manager: »bo }', ['unknown-person']],
    ['an unknown zone', '  - { id: ada, name: A, email: a@example.com, zone: »Europe/Olso }', ['bad-zone']],
    ['an offset for a zone', '  - { id: ada, name: A, email: a@example.com, zone: »"+01:00" }', ['bad-zone']],
    ['a rate below nothing', '  - { id: ada, name: A, email: a@example.com, rate: »-1 }', ['out-of-bounds']],
    [
      'an access that there is not',
      '  - { id: ada, name: A, email: a@example.com, access: »owner }',
      ['unknown-value'],
    ],
    ['more hours than a week has', '  - { id: ada, name: A, email: a@example.com, capacity: »169 }', ['out-of-bounds']],
    [
      'an absence of no date',
      '  - { id: ada, name: A, email: a@example.com, away: [{ from: »2027-02-29, to: 2027-03-01 }] }',
      ['bad-date'],
    ],
    [
      'an absence that ends before it begins',
      '  - { id: ada, name: A, email: a@example.com, away: [{ from: 2027-03-02, to: »2027-03-01 }] }',
      ['bad-date'],
    ],
    [
      'a stranger who covers',
      '  - { id: ada, name: A, email: a@example.com, away: [{ from: 2027-03-01, to: 2027-03-01, cover: »bo }] }',
      ['unknown-person'],
    ],
    ['a person without a name', '  - »id: ada\n    email: a@example.com', ['missing-key']],
    ['a key that there is not', '  - { id: ada, name: A, email: a@example.com, »phone: 1 }', ['unknown-key']],
  ])('is refused with %s', (_, people, codes) => expectFaults(team(people), codes, readTeam));

  test('without roles or people is refused', () => {
    expectFaults('»roles: { editor: Editor }\n', ['missing-key'], readTeam, 'This file needs `people`.');
    expectFaults(`»people:\n${ADA}`, ['missing-key'], readTeam, 'This file needs `roles`.');
    expectFaults('»[]', ['wrong-type'], readTeam);
    expectFaults(
      `»rols: { editor: Editor }\npeople:\n${ADA}`,
      ['unknown-key'],
      readTeam,
      '`rols` is not a key of this file.',
    );
    expectFaults(`roles: { »Editor: Editor }\npeople:\n${ADA}`, ['bad-id'], readTeam);
  });
});

describe('the calendars', () => {
  test('say working days, hours, zone and holidays', () => {
    const { value, faults } = readCalendars(
      `calendars:
  default:
    title: Oslo office
    zone: Europe/Oslo
    workdays: [mon, tue, wed, thu]
    hours: "08:30-16:00"
    holidays: { country: "NO", region: "03", add: [{ date: 2026-12-24, name: Eve }], except: [2027-05-17] }
  plain: { zone: UTC }
`,
      'calendars.yaml',
    );
    expect(faults).toEqual([]);
    expect(value).toEqual({
      default: {
        title: 'Oslo office',
        zone: 'Europe/Oslo',
        workdays: ['mon', 'tue', 'wed', 'thu'],
        hours: { from: '08:30', to: '16:00' },
        holidays: { country: 'NO', region: '03', add: [{ date: '2026-12-24', name: 'Eve' }], except: ['2027-05-17'] },
      },
      plain: {
        title: 'plain',
        zone: 'UTC',
        workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
        hours: { from: '09:00', to: '17:00' },
        holidays: { add: [], except: [] },
      },
    });
  });

  test.each([
    ['an unknown zone', '{ zone: »Oslo }', ['bad-zone']],
    ['an unknown day', '{ zone: UTC, workdays: [mon, »tues] }', ['unknown-value']],
    ['hours that are none', '{ zone: UTC, hours: »9-17 }', ['wrong-type']],
    ['hours that end before they begin', '{ zone: UTC, hours: »"17:00-09:00" }', ['wrong-type']],
    ['hours that are no times', '{ zone: UTC, hours: »"09:00-24:00" }', ['wrong-type']],
    ['a holiday that is no date', '{ zone: UTC, holidays: { add: [{ date: »2027-13-01, name: X }] } }', ['bad-date']],
    ['a holiday without a name', '{ zone: UTC, holidays: { add: [»{ date: 2027-12-01 }] } }', ['missing-key']],
    ['an exception that is no date', '{ zone: UTC, holidays: { except: [»Christmas] } }', ['bad-date']],
    ['an unknown country', '{ zone: UTC, holidays: { country: »XX } }', ['bad-country']],
    ['a misspelt key', '{ »zon: UTC, holidays: { »contry: SE } }', ['unknown-key', 'unknown-key']],
  ])('are refused with %s', (_, calendar, codes) =>
    expectFaults(`calendars:\n  default: ${calendar}\n`, codes, readCalendars),
  );

  test('need a zone, and have names like ids', () => {
    expectFaults(
      'calendars:\n  »oslo: { hours: "09:00-17:00" }\n',
      ['missing-key'],
      readCalendars,
      '`oslo` needs `zone`.',
    );
    expectFaults('calendars:\n  »New York: { zone: UTC }\n', ['bad-id'], readCalendars);
    expectFaults('»calendar:\n  default: { zone: UTC }\n', ['unknown-key'], readCalendars);
  });
});

describe('the webhook sources', () => {
  test('say provider, workflow, the name of a secret and the map', () => {
    const { value, faults } = readHooks(
      `hooks:
  content-brief:
    provider: typeform
    workflow: blog-post
    secret: content-brief-secret
    map:
      topic: form_response.answers[field.ref='topic'].text
      when: $now()
  plain: { provider: form, workflow: newsletter }
  page: { provider: form, workflow: newsletter, origins: [https://a.example.com], thanks: [https://a.example.com/thanks] }
`,
      'hooks.yaml',
    );
    expect(faults).toEqual([]);
    expect(value).toEqual({
      'content-brief': {
        provider: 'typeform',
        workflow: 'blog-post',
        secret: 'content-brief-secret',
        map: { topic: "form_response.answers[field.ref='topic'].text", when: '$now()' },
      },
      plain: { provider: 'form', workflow: 'newsletter', map: {} },
      page: {
        provider: 'form',
        workflow: 'newsletter',
        map: {},
        origins: ['https://a.example.com'],
        thanks: ['https://a.example.com/thanks'],
      },
    });
  });

  test.each([
    ['an unknown provider', '{ provider: »typefrom, workflow: blog }', ['unknown-value']],
    ['a badly formed workflow', '{ provider: form, workflow: »Blog Post }', ['bad-id']],
    [
      'an expression that cannot be read',
      '{ provider: form, workflow: blog, map: { topic: "data.»= 1" } }',
      ['bad-expression'],
    ],
    ['a misspelt key', '{ provider: form, workflow: blog, »secrt: x }', ['unknown-key']],
    [
      'origins that no browser sends',
      `{ provider: form, workflow: blog, origins: [ https://ok.example.com, http://ok.example.com:8080, »https://www.example.com/, »https://www.example.com/form, »HTTPS://WWW.EXAMPLE.COM, »www.example.com, »"*", »"null", »"https://*.example.com", »"https://a.example.com:443", »file:///etc ] }`,
      Array.from({ length: 9 }, () => 'bad-origin'),
    ],
    [
      'thanks that are no page',
      `{ provider: form, workflow: blog, thanks: [ https://www.example.com/thanks?a=1#b, »/thanks, »"javascript:alert(1)", »"https://u:p@example.com", »"https://example.com/a b", »"//evil.example", »"https://*.example.com/" ] }`,
      Array.from({ length: 6 }, () => 'bad-address'),
    ],
    [
      'pages, where none sends it',
      '{ provider: typeform, workflow: blog, »origins: [ https://www.example.com ], »thanks: [ https://www.example.com ] }',
      ['unknown-key', 'unknown-key'],
    ],
    [
      'an origin that is a word',
      '{ provider: form, workflow: blog, origins: »https://www.example.com }',
      ['wrong-type'],
    ],
    ['a map that is a list', '{ provider: form, workflow: blog, map: »[topic] }', ['wrong-type']],
  ])('are refused with %s', (_, hook, codes) => expectFaults(`hooks:\n  brief: ${hook}\n`, codes, readHooks));
});

describe('a webhook source', () => {
  test('needs a provider and a workflow', () => {
    expectFaults('hooks:\n  »brief: { provider: form }\n', ['missing-key'], readHooks, '`brief` needs `workflow`.');
    expectFaults('hooks:\n  »brief: { workflow: blog }\n', ['missing-key'], readHooks, '`brief` needs `provider`.');
  });
});

describe('a file beside the workflows', () => {
  test.each([
    ['', 'file-empty'],
    ['roles: [', 'not-yaml'],
    ['a: *b', 'alias-used'],
    ['x: \u0000', 'file-not-text'],
  ])('that is no file at all gives one fault and no value: %j', (text, code) => {
    for (const reader of [readTeam, readCalendars, readHooks]) {
      const { value, faults } = reader(text, 'beside.yaml');
      expect(value).toBeUndefined();
      expect(faults.map((one) => one.code)).toContain(code);
    }
  });

  test('is not told to begin with `workflow:`', () => {
    for (const reader of [readTeam, readCalendars, readHooks])
      for (const text of ['[]', 'nothing', 'x: 1', '{}'])
        for (const one of reader(text, 'beside.yaml').faults) expect(told(one)).not.toContain('workflow:');
  });
});
