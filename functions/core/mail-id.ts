/**
 * What a mail is called that an event of a run owes, `RUN/NUMBER/OWED`: by that the mail service speaks of it later.
 *
 * Promises: it leads back to what is owed. Hides: that what is owed is called `KIND PERSON`, and a name has no spaces.
 */
export type OwedMail = { readonly run: string; readonly number: number; readonly owed: string };

export const mailIdOf = ({ run, number, owed }: OwedMail): string =>
  `${run}/${number}/${owed.replaceAll(/[^a-zA-Z0-9.-]/g, '-')}`;

/** Undefined: a mail that no event owes, such as a digest. */
export const owedMailOf = (id: string): OwedMail | undefined => {
  const [run = '', number = '', owed = '', ...more] = id.split('/');
  if (run === '' || !/^[1-9]\d*$/.test(number) || owed === '' || more.length > 0) return undefined;
  return { run, number: Number(number), owed: owed.replace('-', ' ') };
};
