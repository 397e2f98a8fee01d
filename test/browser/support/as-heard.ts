/**
 * What is wrong with a page for whoever has it read aloud, by the tree of names and roles that a screen reader walks.
 *
 * Promises: a page has one first heading and none that skips a level, one banner and one main part, a name for whatever
 * can be used, and for each table and picture, where it is not hidden; two links that are called the same lead to the
 * same place. Nothing is read twice in a row. What has to be read first has the focus as the page comes, since a live
 * region is read only when it changes. Reads, and changes nothing.
 */
import type { Page } from 'playwright-core';

type Node = {
  readonly nodeId: string;
  readonly parentId?: string;
  readonly childIds?: readonly string[];
  readonly ignored?: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[];
};

const USED: ReadonlySet<string> = new Set([
  'button',
  'checkbox',
  'combobox',
  'DisclosureTriangle',
  'link',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'textbox',
]);
const NAMED: ReadonlySet<string> = new Set(['table', 'image', 'img', 'graphics-document', 'radiogroup']);

const roleOf = ({ role }: Node): string => role?.value ?? '';
const nameOf = ({ name }: Node): string => (name?.value ?? '').trim();
const propertyOf = ({ properties = [] }: Node, wanted: string): unknown =>
  properties.find(({ name }) => name === wanted)?.value.value;

/** Sentences; empty where all is well. */
export const asHeard = async (page: Page): Promise<readonly string[]> => {
  const session = await page.context().newCDPSession(page);
  const { nodes: all } = (await session.send('Accessibility.getFullAXTree')) as { readonly nodes: readonly Node[] };
  await session.detach();
  const nodes = all.filter(({ ignored }) => ignored !== true);
  const withRole = (role: string) => nodes.filter((one) => roleOf(one) === role);
  return [
    // A letter that is shown within a page has a first heading of its own.
    ...headings(withRole('heading'), 1 + (await page.locator('.letter').count())),
    ...['main', 'banner']
      .filter((role) => withRole(role).length !== 1)
      .map((role) => `${withRole(role).length} parts are its ${role}`),
    ...nodes
      .filter((one) => (USED.has(roleOf(one)) || NAMED.has(roleOf(one))) && nameOf(one) === '')
      .map((one) => `a ${roleOf(one)} has no name`),
    ...withRole('navigation')
      .filter((one) => nameOf(one) === '')
      .map(() => 'a navigation has no name'),
    ...tables(nodes),
    ...links(nodes),
    ...readTwice(all),
    ...((await page.evaluate(UNHEARD)) as readonly string[]),
  ];
};

/** What only the document tells: pictures that are left out of the tree, and where the focus is as the page comes. */
const UNHEARD = `(() => {
  const pictures = [...document.querySelectorAll('svg')].filter(
    (one) => one.closest('[aria-hidden=true]') === null && !one.matches('[role=img][aria-label], [role=img][aria-labelledby]'),
  );
  const first = [...document.querySelectorAll('.problems, .notice')];
  const live = first.filter((one) => !['alert', 'status'].includes(one.getAttribute('role')));
  const focused = first.length === 0 || first.includes(document.activeElement);
  const isWrong = document.title.startsWith('Error: ');
  return [
    ...pictures.map((one) => 'a picture has no name: ' + one.outerHTML.slice(0, 120)),
    ...live.map((one) => 'is not told as it comes: ' + one.textContent.trim()),
    ...(focused ? [] : ['has not the focus as the page comes: ' + first[0].textContent.trim()]),
    ...(isWrong === (document.querySelector('[role=alert]') !== null) ? [] : ['the title does not say whether something is wrong']),
  ];
})()`;

/** What stands in one of these is read by itself, whatever stands before it. */
const APART: ReadonlySet<string> = new Set([
  'banner',
  'cell',
  'columnheader',
  'definition',
  'gridcell',
  'listitem',
  'main',
  'menuitem',
  'option',
  'rowheader',
  'term',
]);
const SPOKEN: ReadonlySet<string> = new Set(['StaticText', 'image', 'img', 'progressbar', 'meter']);

const readTwice = (all: readonly Node[]): readonly string[] => {
  const byId = new Map(all.map((one) => [one.nodeId, one]));
  const spoken: { readonly text: string; readonly within: string }[] = [];
  const walk = (one: Node | undefined, within: string): void => {
    if (one === undefined) return;
    const spoke = one.ignored !== true && SPOKEN.has(roleOf(one)) && /\w{3}/.test(nameOf(one));
    if (spoke) return void spoken.push({ text: nameOf(one).toLowerCase(), within });
    const around = APART.has(roleOf(one)) ? one.nodeId : within;
    for (const id of one.childIds ?? []) walk(byId.get(id), around);
  };
  walk(all[0], '');
  return spoken
    .filter(({ text, within }, at) => spoken[at - 1]?.text === text && spoken[at - 1]?.within === within)
    .map(({ text }) => `“${text}” is read twice`);
};

const headings = (found: readonly Node[], expected: number): readonly string[] => {
  const levels = found.map((one) => Number(propertyOf(one, 'level')));
  const first = levels.filter((level) => level === 1).length;
  const skips = found.filter((_, at) => at > 0 && (levels[at] ?? 0) > (levels[at - 1] ?? 0) + 1);
  return [
    ...(first === expected ? [] : [`${first} first headings`]),
    ...skips.map((one) => `the heading “${nameOf(one)}” skips a level`),
  ];
};

const isWithin = (nodes: readonly Node[]) => {
  const parents = new Map(nodes.map(({ nodeId, parentId }) => [nodeId, parentId]));
  return (one: Node, others: readonly Node[]): boolean => {
    const ids = new Set(others.map(({ nodeId }) => nodeId));
    for (let at = one.parentId; at !== undefined; at = parents.get(at)) if (ids.has(at)) return true;
    return false;
  };
};

const tables = (nodes: readonly Node[]): readonly string[] => {
  const within = isWithin(nodes);
  const heads = nodes.filter((one) => roleOf(one) === 'columnheader');
  return nodes
    .filter((one) => roleOf(one) === 'table' && !heads.some((head) => within(head, [one])))
    .map((one) => `the table “${nameOf(one)}” has no heads of columns`);
};

/** Whoever hears the links of a page one after the other hears nothing around them; a row of a table is read as one. */
const links = (nodes: readonly Node[]): readonly string[] => {
  const within = isWithin(nodes);
  const rows = nodes.filter((one) => roleOf(one) === 'row');
  const found = nodes.filter((one) => roleOf(one) === 'link' && !within(one, rows));
  const places = new Map<string, Set<string>>();
  for (const one of found) {
    const there = String(propertyOf(one, 'url') ?? '');
    places.set(nameOf(one), (places.get(nameOf(one)) ?? new Set()).add(there));
  }
  return [...places]
    .filter(([, there]) => there.size > 1)
    .map(([name, there]) => `${there.size} links are called “${name}”`);
};
