/**
 * How wide a text is, with no browser at hand.
 *
 * Promises: never less than what the usual sans-serif faces draw. `widthOf` rounds up each
 * glyph of DejaVu Sans 2.37, the widest face that a browser commonly falls back to (Verdana has nearly its
 * metrics; Segoe UI, Arial, Roboto, San Francisco and Noto Sans are narrower), so a text that
 * fits here fits wherever the picture is opened. A text that is cut ends in an ellipsis.
 * Hides: the table of widths, where lines may break, and what of hostile text is never drawn.
 */
import { drawable } from '../wording.ts';

export type Weight = 'regular' | 'bold';

/** How a text is set. `bold` is drawn with weight 600, which faces without it draw as 700. */
export type Type = { readonly size: number; readonly weight: Weight };

/** Digits of the tables below: one character a code point, in 1/24 em, rounded up. */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Advance widths read from the `hmtx` tables of DejaVuSans.ttf and DejaVuSans-Bold.ttf. */
const TABLES: readonly { readonly from: number; readonly regular: string; readonly bold: string }[] = [
  {
    from: 0x20,
    regular:
      '8aclgnj7aacl8989gggggggggg99llldohhhjgejj88gelijfjhgfihohfha9alccfgegf9gg77e7ogfggadagfkffdg9glwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww8agggg9ccocfl9occlaacgg8cacfooodhhhhhhohgggg8888jijjjjjljiiiiffgffffffoeffff7777fgffffflfggggfgfhfhfhfhehehehejgjggfgfgfgfgfjgjgjgjgjgmh8787878787fe87geee7e7e9e9e7igigigkigjfjfjfqphahahagdgdgdgdfafafaigigigigigigokfffhdhdhd9',
    bold: '9bdlhpl8bbdlaaa9hhhhhhhhhhaallleojjikhhkl99jgolliljihkjrjiib9blcchifihbii99g9qihiicfcignggei9ilwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww9bhhgh9ccoeglaocclbbcigacbegpppejjjjjjrihhhh9999lllllllllkkkkiiihhhhhhqfhhhh9999hihhhhhlhiiiigigjhjhjhififififkilihhhhhhhhhhkikikikilioj9999999999ih99jggg9g9gcgeg9lililiolilhlhlhtrjcjcjcififififhchchckikikikikikirnigiieieieb',
  },
  {
    from: 0x370,
    regular:
      'gelg77igwwceee98wwwwcch8ilawkwkk9hhehghjj8ghligjjfwgffjhjj8fgdg9eggffdegf9ffgeeffgfgfegegl9efelgffhlhglgjfgfecgglgnljgjfhfjfhffdgge7jfffghlgghhh',
    bold: 'hepl88lhwwcfeea9wwwwbckalpewmwomajjgjhill9jjolglliwhhiljll9iheiahhihhefihaigihfhjifjghjgklahhhljggioiklilhifhchgngrlkiniigjhjihfiif9lggiiioiihih',
  },
  {
    from: 0x400,
    regular: 'ggjfhg888rqjiifjhhhfjgqgiiijljjjfhfflhjhqrkmhhqhfffdhfmdggfgjgfggeeflfhfmnhjfelffffded777mmgfgfg',
    bold: 'hhmgii999ssmkljljjjgmhuillkkollliihjojnkuwnpjitjhhgdkhoehhhikhhhifegogihqrjmgfoghhidff999onihhgh',
  },
];

const widthOfCodePoint = (code: number, weight: Weight): number => {
  for (const table of TABLES) {
    const digit = table[weight][code - table.from];
    if (digit !== undefined) return DIGITS.indexOf(digit) / 24;
  }
  const character = String.fromCodePoint(code);
  // Marks stand on their letter, save a few that fonts draw beside it.
  if (/[\p{Mn}\p{Cf}]/u.test(character) && code < 0x1f000) return code >= 0x656 && code <= 0x65f ? 0.7 : 0;
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}/u.test(character)) return 1.7;
  // Square scripts fill the em exactly; of the others none that is in living use exceeds these.
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character)) return 1.02;
  if (/\p{Script=Hebrew}/u.test(character)) return code < 0x5ef ? 0.8 : 1.5;
  if (code === 0xfdfa || code === 0xfdfb || code === 0xfdfd) return 10;
  if (code >= 0x2010 && code <= 0x2027) return 1.05;
  if (code >= 0x3000 && code <= 0xffef) return 1.75;
  return 2.05;
};

/** The width that is set aside for a text, in the unit of `type.size`. */
export const widthOf = (text: string, type: Type): number => {
  let em = 0;
  for (const character of text) em += widthOfCodePoint(character.codePointAt(0) ?? 0, type.weight);
  return em * type.size;
};

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The pieces at which a word may be broken; a cluster too wide to be one sign is broken as well. */
const pieces = (word: string, type: Type): string[] =>
  [...graphemes.segment(word)].flatMap(({ segment }) =>
    widthOf(segment, type) > 4 * type.size ? [...segment] : [segment],
  );

const ELLIPSIS = '…';

const cut = (text: string, width: number, type: Type): string => {
  const parts = pieces(text, type);
  const room = width - widthOf(ELLIPSIS, type);
  let used = 0;
  let kept = 0;
  for (const part of parts) {
    used += widthOf(part, type);
    if (used > room) break;
    kept += 1;
  }
  return `${parts.slice(0, kept).join('').trimEnd()}${ELLIPSIS}`;
};

/** Words with what follows them, so that `a/b-c` may break after `/` and `-`. */
const words = (text: string): string[] => text.match(/\s*(?:[^\s/-]*[/-]+(?=\S)|\S+)/gu) ?? [];

export type Wrapped = { readonly lines: readonly string[]; readonly shortened: boolean };

/** Breaks a text into at most `lines` lines that are no wider than `width`. */
export const wrap = (text: string, width: number, type: Type, lines: number): Wrapped => {
  const whole = drawable(text);
  // No line holds more characters than this, so a text of any length costs the same.
  const looked = whole.slice(0, lines * 400).toWellFormed();
  const done: string[] = [];
  let line = '';
  const push = (): void => {
    done.push(line.trim());
    line = '';
  };
  for (const word of words(looked)) {
    if (widthOf((line + word).trim(), type) <= width) {
      line += word;
      continue;
    }
    if (line !== '') push();
    if (widthOf(word.trim(), type) <= width) {
      line = word.trimStart();
      continue;
    }
    for (const piece of pieces(word.trim(), type)) {
      if (line !== '' && widthOf(line + piece, type) > width) push();
      line += piece;
    }
  }
  if (line.trim() !== '') push();
  const shortened = done.length > lines || looked.length < whole.length;
  if (!shortened) return { lines: done, shortened };
  const last = done.slice(lines - 1, lines + 1).join(' ');
  return { lines: [...done.slice(0, lines - 1), cut(last, width, type)], shortened };
};

/** Whether a text is read from right to left, judged by its first letter. */
export const readsRightToLeft = (text: string): boolean =>
  /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text);
