/** What is asked for cannot be done, in the words of whoever asked. */
export type RefusalKind =
  /** There is no such thing. */
  | 'unknown'
  /** It was asked for wrongly. */
  | 'wrong'
  /** Not as things are. */
  | 'conflict';

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly kind: RefusalKind;
  constructor(kind: RefusalKind, why: string) {
    super(why);
    this.kind = kind;
  }
}
