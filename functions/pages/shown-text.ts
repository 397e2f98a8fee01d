/**
 * Text from outside, made fit to be shown.
 *
 * Promises: what comes back has no control character but tab and line feed, nothing that turns the reading direction of what
 * stands around it, and no broken character; a line is one line. It is not escaped: markup.ts does that.
 */

/** Direction overrides and isolates can make `fdp.exe` of `exe.pdf`; letters of right-to-left scripts need none. */
const UNSHOWN = /\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Most texts have nothing of the kind, and a page is made of hundreds. */
const SUSPECT = /[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/u;

export const cleanText = (text: string): string =>
  SUSPECT.test(text)
    ? text
        .toWellFormed()
        .replace(/\r\n?|[\u2028\u2029]/g, '\n')
        .replace(UNSHOWN, (one) => (one === '\n' || one === '\t' ? one : ''))
    : text;

export const oneLine = (text: string): string => cleanText(text).replace(/\s+/g, ' ').trim();

/** At most so many UTF-16 units, the ellipsis counted; never cut within what people see as one character. */
export const cutText = (text: string, most: number): string => {
  if (text.length <= most) return text;
  let kept = '';
  // Looks a little further than it keeps, so that the last character is seen whole.
  for (const { segment } of SEGMENTS.segment(text.slice(0, most + 64))) {
    if (kept.length + segment.length > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
};
const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** An address that may be clicked; undefined where it is none or of another kind, such as `javascript:`. */
export const safeHref = (href: string | undefined): string | undefined => {
  if (href === undefined || !URL.canParse(href)) return undefined;
  const { protocol, href: whole } = new URL(href);
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? whole : undefined;
};
