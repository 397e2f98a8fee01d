/**
 * Text from outside, made fit to be shown.
 *
 * Promises: what comes back has no control character but tab and line feed, nothing that turns the reading direction of what
 * stands around it, and no broken character; a line is one line. It is not escaped: markup.ts does that.
 */

/** Direction overrides and isolates can make `fdp.exe` of `exe.pdf`; letters of right-to-left scripts need none. */
const UNSHOWN = /\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Most texts have nothing of the kind, and a page is made of hundreds. Halves of a pair are looked at more closely. */
const SUSPECT = /[^\t\n -~\u00a0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufff8\ufffc-\uffff]/;

export const cleanText = (text: string): string =>
  SUSPECT.test(text)
    ? text
        .toWellFormed()
        .replace(/\r\n?|[\u2028\u2029]/g, '\n')
        .replace(UNSHOWN, (one) => (one === '\n' || one === '\t' ? one : ''))
    : text;

export const oneLine = (text: string): string => {
  const clean = cleanText(text);
  return RAGGED.test(clean) ? clean.replace(/\s+/g, ' ').trim() : clean;
};
/** White space but single spaces between words. */
const RAGGED = /[^\S ]| {2}|^ | $/;

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
  const url = href === undefined ? null : URL.parse(href);
  if (url === null) return undefined;
  const { protocol, href: whole } = url;
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? whole : undefined;
};
