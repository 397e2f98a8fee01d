/** Texts that hold expressions in `{{ }}`. */

/** The pieces of a text with `{{ }}`: literal texts and expressions with their offsets. Unclosed `{{` is a problem. */
export type TemplatePiece = { readonly literal: string } | { readonly expression: string; readonly offset: number };
export const readTemplate = (
  text: string,
): { readonly pieces: readonly TemplatePiece[]; readonly unclosed?: number } => {
  const pieces: TemplatePiece[] = [];
  let rest = 0;
  for (;;) {
    const open = text.indexOf('{{', rest);
    if (open < 0) break;
    const close = text.indexOf('}}', open + 2);
    if (close < 0) return { pieces, unclosed: open };
    if (open > rest) pieces.push({ literal: text.slice(rest, open) });
    const inner = text.slice(open + 2, close);
    const leading = inner.length - inner.trimStart().length;
    pieces.push({ expression: inner.trim(), offset: open + 2 + leading });
    rest = close + 2;
  }
  if (rest < text.length) pieces.push({ literal: text.slice(rest) });
  return { pieces };
};
