/**
 * Reads the HTML that we write, more strictly than a browser: every element is closed where it was opened, every attribute is
 * quoted, every `&` is one of the few that we write. What a browser would mend is thrown here.
 */

export type HtmlElement = {
  readonly tag: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly (HtmlElement | string)[];
};
type Growing = { tag: string; attributes: { [name: string]: string }; children: (Growing | string)[] };

const VOID = new Set(['meta', 'link', 'input', 'br', 'base', 'hr', 'img']);
const RAW = new Set(['style', 'title', 'textarea', 'script', 'template']);
/** Of which what is in them is read by others, as it is. */
const AS_IT_IS = new Set(['style', 'template']);
const ENTITIES: { readonly [entity: string]: string } = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': '\u00a0',
};

const decoded = (text: string): string =>
  text.replace(/&(?:#?\w+;)?/g, (entity) => {
    const character = ENTITIES[entity];
    if (character === undefined) throw new Error(`${entity} in ${text.slice(0, 80)}`);
    return character;
  });

export const readHtml = (html: string): HtmlElement => {
  const root: Growing = { tag: '', attributes: {}, children: [] };
  const open: Growing[] = [root];
  const top = (): Growing => open.at(-1) ?? root;
  let at = 0;
  if (html.startsWith('<!doctype html>')) at = '<!doctype html>'.length;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    if (next !== at) {
      const text = html.slice(at, next === -1 ? undefined : next);
      if (text.includes('>')) throw new Error(`> in ${text.slice(0, 80)}`);
      top().children.push(decoded(text));
      if (next === -1) break;
      at = next;
    }
    const close = /^<\/([a-z][a-z0-9]*)>/.exec(html.slice(at, at + 40));
    if (close !== null) {
      if (top().tag !== close[1]) throw new Error(`</${close[1]}> closes <${top().tag}>`);
      open.pop();
      at += close[0].length;
      continue;
    }
    const tag = /<([a-zA-Z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/y;
    tag.lastIndex = at;
    const match = tag.exec(html);
    if (match === null) throw new Error(`No element: ${html.slice(at, at + 120)}`);
    const [whole, name = '', attributes = '', slash] = match;
    const element: Growing = { tag: name, attributes: attributesOf(attributes), children: [] };
    top().children.push(element);
    at += whole.length;
    if (RAW.has(name)) {
      const end = html.indexOf(`</${name}>`, at);
      const text = html.slice(at, end);
      element.children.push(AS_IT_IS.has(name) ? text : decoded(text));
      at = end + name.length + 3;
    } else if (slash !== '/' && !VOID.has(name)) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${top().tag}> is not closed`);
  return root;
};

const attributesOf = (text: string): { [name: string]: string } => {
  const attributes: { [name: string]: string } = {};
  for (const [, name = '', value] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
    if (Object.hasOwn(attributes, name)) throw new Error(`${name} twice in ${text}`);
    attributes[name] = decoded(value ?? '');
  }
  return attributes;
};

export const elements = (root: HtmlElement, ...tags: readonly string[]): readonly HtmlElement[] =>
  root.children.flatMap((child) =>
    typeof child === 'string'
      ? []
      : [...(tags.length === 0 || tags.includes(child.tag) ? [child] : []), ...elements(child, ...tags)],
  );

/** All that can be read, without styles. */
export const textOf = (root: HtmlElement): string =>
  root.children
    .map((child) => (typeof child === 'string' ? child : AS_IT_IS.has(child.tag) ? '' : textOf(child)))
    .join('');

export const byId = (root: HtmlElement, id: string): HtmlElement | undefined =>
  elements(root).find(({ attributes }) => attributes.id === id);

export const byName = (root: HtmlElement, name: string): readonly HtmlElement[] =>
  elements(root, 'input', 'select', 'textarea', 'button').filter(({ attributes }) => attributes.name === name);

/** What would be sent for a name, as a browser does it; buttons are not pressed. */
export const sentAs = (root: HtmlElement, name: string): readonly string[] =>
  byName(root, name).flatMap((input) => {
    const { type, value } = input.attributes;
    if (input.tag === 'button') return [];
    // A browser drops the first line feed of a textarea.
    if (input.tag === 'textarea') return [textOf(input).replace(/^\n/, '')];
    if (input.tag === 'select')
      return elements(input, 'option')
        .filter(({ attributes }) => Object.hasOwn(attributes, 'selected'))
        .map(({ attributes }) => attributes.value ?? '');
    if (type === 'radio' || type === 'checkbox') return Object.hasOwn(input.attributes, 'checked') ? [value ?? ''] : [];
    return [value ?? ''];
  });

const ACTIVE = ['script', 'img', 'svg', 'object', 'embed', 'video', 'audio', 'link', 'form', 'b'];

/** What hostile text must never become: elements, handlers, or addresses that do something. */
export const harm = (root: HtmlElement, allowed: readonly string[] = []): readonly string[] =>
  elements(root).flatMap(({ tag, attributes }) => [
    ...(ACTIVE.includes(tag) && !allowed.includes(tag) ? [`<${tag}>`] : []),
    ...Object.keys(attributes).filter((name) => name.startsWith('on')),
    ...['href', 'src', 'action']
      .map((name) => attributes[name])
      .filter((value) => value !== undefined && !/^(https?:|mailto:|\/|#|data:,$)/.test(value))
      .map((value) => `address ${value}`),
  ]);
