/** `90m`, `48h`, `3d`, `2w`: how far a clock is moved. */
const SECONDS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const MOST_SECONDS = 10 * 366 * 86_400;

/** The instant so much later; undefined where the text is no duration, or one of more than ten years. */
export const advanced = (instant: string, text: string): string | undefined => {
  const [, count = '', unit = ''] = /^\s*(\d{1,9})\s*([smhdw])\s*$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? Number.NaN);
  if (count === '' || !(seconds <= MOST_SECONDS)) return undefined;
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
};
