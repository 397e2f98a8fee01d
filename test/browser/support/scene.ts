/**
 * A team in the middle of its work, with a link in every state that a link can be in.
 *
 * Promises: the clock stands at a night on which nothing falls due for hours.
 */
import { handFor } from './hand.ts';
import { linkIn, type Sandbox } from './sandbox.ts';

export const ADA = 'ada.berg@example.com';
const KASIA = 'kasia.nowak@example.com';
const INGRID = 'ingrid.holm@example.com';
export const MAREK = 'marek.wojcik@example.com';
export const MIA = 'mia.solberg@example.com';
const WHO = { 'seo-strategist': 'marek-wojcik', 'blog-writer': 'kasia-nowak' };

/** What a title may be, and must be shown as. */
export const HOSTILE = `<script>document.title = 'x'</script> {{ inputs.topic }} مرحبا \u202eabc\u202c 🎈 ${'w'.repeat(40)}`;

export type Scene = {
  /** Paths below `/a/`, by the state that they are in. */
  readonly links: { readonly [state: string]: string };
  /** Ids, by the state that they are in. */
  readonly runs: { readonly [state: string]: string };
};

const IDEA = { decision: 'done', idea: 'What a page costs its reader' };
const KEYWORDS = { decision: 'done', keywords: 'pricing page, price anchoring' };
const OUTLINE = { decision: 'done', outline: 'https://docs.example.com/outline' };
const CHANGES = { decision: 'request_changes', comment: 'Name one reader, and begin with what they gain.' };
const APPROVE = { decision: 'approve' };
const REJECT = { decision: 'reject', comment: 'We have written this before.' };

export const setScene = async (sandbox: Sandbox): Promise<Scene> => {
  const { answer, send } = handFor(sandbox);
  const begin = (topic: string, publish = '2027-03-31') => sandbox.start('blog-post', { topic, publish }, WHO);
  const links: { [state: string]: string } = {};
  const toOutline = async (topic: string, publish?: string) => {
    const run = await begin(topic, publish);
    links['a task that was done'] = await answer(ADA, topic, IDEA);
    await answer(MAREK, topic, KEYWORDS);
    return run;
  };
  const toApproval = async (topic: string, publish?: string) => {
    const run = await toOutline(topic, publish);
    return { run, outline: await answer(KASIA, topic, OUTLINE) };
  };
  const linkTo = async (to: string, subject: string): Promise<string> => linkIn(await sandbox.mail(to, subject));

  const late = await toOutline('A year of newsletters', '2027-01-13');
  const voted = await toApproval('Pricing pages');
  links['an approval'] = await linkTo(MAREK, 'Approve the outline – due');
  links['an approval that they voted on'] = await answer(MIA, 'Pricing pages', APPROVE);
  const again = await toApproval('Landing pages');
  links['an approval that somebody else decided'] = await linkTo(MAREK, 'Approve the outline – due');
  await answer(MIA, 'Landing pages', CHANGES);
  links['a task of a round that is over'] = again.outline;
  links['a task of the second round'] = await linkTo(KASIA, 'Round 2: Write the outline');
  const rejected = await toApproval('Old news');
  links['a step of a run that has ended'] = await linkTo(MAREK, 'Approve the outline – due');
  await answer(MIA, 'Old news', REJECT);
  await toApproval('Landing in print');
  await answer(MIA, 'Landing in print', APPROVE);
  await answer(MAREK, 'Landing in print', APPROVE);
  links['a task that asks for nothing'] = await linkTo(INGRID, 'Make images');
  const given = await begin('Hands change');
  const before = await sandbox.mail(ADA, 'Hands change');
  links['a task that was given away'] = await send(before, { person: 'ola-kaminska', reason: 'Away.' }, '/give');
  const hostile = await begin(HOSTILE);
  const fresh = await begin('Questions of clients');
  links['a task'] = await linkTo(ADA, 'Questions of clients');
  links['no link that there ever was'] = `/a/${'x'.repeat(43)}`;

  // Late enough for reminders, and for the lead to hear of it; and then to the night after.
  await sandbox.to('2027-01-12T20:00:00Z');
  const told = (await sandbox.mails(MIA)).findLast(
    ({ text, subject }) => /\/a\//.test(text) && subject.includes('A year'),
  );
  if (told === undefined) throw new Error('The lead has no mail about the run that is late.');
  links['a run, for its lead'] = linkIn(told);
  return {
    links,
    runs: {
      late,
      'in approval': voted.run,
      'in its second round': again.run,
      rejected: rejected.run,
      given,
      hostile,
      fresh,
    },
  };
};
