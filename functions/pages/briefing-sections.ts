/**
 * What a briefing says, in the order in which it matters, without any look: mails in HTML, mails in text and pages are three
 * ways to write these sections, so that none can leave out what another says.
 */
import type { Briefing, Neighbour, Remark, ShownResult } from '../core/briefing.ts';
import { WORDS } from '../words/words.ts';
import { names, wholeDate } from './shown-dates.ts';
import { cleanText, cutText, oneLine, safeHref } from './shown-text.ts';

type ShownLink = { readonly text: string; readonly href?: string };
export type Work = {
  readonly title: string;
  /** Who, and what became of it. */
  readonly line: string;
  readonly results: readonly { readonly label: string; readonly text: string; readonly href?: string }[];
};
type Said = { readonly who: string; readonly line: string; readonly text: string };
type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'markdown'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'links'; readonly links: readonly ShownLink[] }
  | { readonly kind: 'work'; readonly works: readonly Work[] }
  | { readonly kind: 'said'; readonly said: readonly Said[] };
export type Section = {
  readonly key:
    | 'purpose'
    | 'done'
    | 'critical'
    | 'how'
    | 'dos'
    | 'donts'
    | 'links'
    | 'judged'
    | 'votes'
    | 'said'
    | 'before'
    | 'after';
  readonly heading: string;
  readonly blocks: readonly Block[];
};

/** What stands above all: on a phone this is the mail. */
export type Head = {
  /** `Blog post – Spring article`. */
  readonly kicker: string;
  readonly title: string;
  readonly asked: readonly string[];
  readonly due: string;
  readonly zone?: string;
  readonly late: boolean;
  readonly small: readonly string[];
};

/** What to do must not be pushed from the screen by what it is part of. */
const MOST_IN_KICKER = 80;

export const headOf = (briefing: Briefing): Head => {
  const { run, step, reader, due } = briefing;
  const round =
    step.round > 1
      ? step.type === 'approval'
        ? WORDS.roundApproval(step.round)
        : WORDS.roundTask(step.round)
      : undefined;
  return {
    kicker: [run.workflow, run.title, step.phase]
      .filter((one) => one !== undefined)
      .map((part) => cutText(oneLine(part), MOST_IN_KICKER))
      .join(WORDS.separator),
    title: titleOf(briefing),
    asked: some(
      WORDS.youAre(oneLine(reader.name), oneLine(reader.role), step.type),
      reader.covers === undefined ? undefined : WORDS.covers(oneLine(reader.covers)),
      reader.counts ? undefined : WORDS.countsNot,
      round,
    ),
    due: due === undefined ? WORDS.noDue : `${WORDS.due} ${wholeDate(due)}`,
    ...(due === undefined ? {} : { zone: due.zone }),
    late: due?.late === true,
    small: some(
      briefing.effort === undefined || step.type === 'approval' ? undefined : WORDS.effort(briefing.effort),
      briefing.expires === undefined ? undefined : WORDS.expires(briefing.expires.wall),
    ),
  };
};

/** With the item's name where there are several: `Write the mail (Newsletter)`. */
export const titleOf = ({ step }: Pick<Briefing, 'step'>): string =>
  oneLine(step.item === undefined ? step.title : `${step.title} (${step.item})`);

/** @param most characters of a result or remark that are shown; a mail must not outgrow what mail clients show. */
export const sectionsOf = (briefing: Briefing, most = Number.POSITIVE_INFINITY): readonly Section[] => {
  const cut = (text: string): string => (text.length > most ? `${cutText(text, most)} [${WORDS.cut}]` : text);
  const { run, step, judged, votes, rule } = briefing;
  const section = (key: Section['key'], heading: string, ...blocks: (Block | false)[]): Section[] => {
    const filled = blocks.filter((block) => block !== false).filter(says);
    return filled.length === 0 ? [] : [{ key, heading, blocks: filled }];
  };
  const works = (of: readonly Neighbour[]): Block => ({ kind: 'work', works: of.map((one) => workOf(one, cut)) });
  const rounds = briefing.rounds_left;
  return [
    ...section('purpose', WORDS.purpose, { kind: 'text', text: run.purpose }),
    ...section('done', WORDS.doneMeans, { kind: 'text', text: briefing.done_when ?? '' }),
    ...section('critical', WORDS.critical, { kind: 'list', items: briefing.critical }),
    ...section(
      'judged',
      WORDS.judged,
      judged !== undefined && works([judged]),
      judged !== undefined &&
        names(judged.by) !== names(judged.who) &&
        judged.by.length > 0 && { kind: 'text', text: WORDS.judgedBy(names(judged.by)) },
    ),
    ...section('how', WORDS.instructions, { kind: 'markdown', text: briefing.instructions ?? '' }),
    ...section('dos', WORDS.dos, { kind: 'list', items: briefing.dos }),
    ...section('donts', WORDS.donts, { kind: 'list', items: briefing.donts }),
    ...section('links', WORDS.links, { kind: 'links', links: briefing.links.map(linkOf) }),
    ...section(
      'votes',
      WORDS.votes,
      step.type === 'approval' && { kind: 'text', text: rule ?? '' },
      { kind: 'list', items: votes.map(voteLine) },
      step.type === 'approval' &&
        briefing.choices.includes('request_changes') &&
        rounds !== undefined && { kind: 'text', text: WORDS.roundsLeft(rounds) },
    ),
    ...section('said', WORDS.remarks, { kind: 'said', said: briefing.remarks.map((remark) => saidOf(remark, cut)) }),
    ...section('before', WORDS.before, works(briefing.before)),
    ...section(
      'after',
      WORDS.after,
      briefing.after.length === 0 ? { kind: 'text', text: WORDS.last } : works(briefing.after),
    ),
  ];
};

const says = (block: Block): boolean => {
  switch (block.kind) {
    case 'text':
    case 'markdown':
      return block.text.trim() !== '';
    case 'list':
      return block.items.length > 0;
    case 'links':
      return block.links.length > 0;
    case 'work':
      return block.works.length > 0;
    case 'said':
      return block.said.length > 0;
  }
};

const some = (...lines: (string | undefined)[]): string[] => lines.filter((line) => line !== undefined);

const linkOf = ({ title, href, text }: Briefing['links'][number]): ShownLink => {
  const safe = safeHref(href);
  const shown = oneLine(title) === '' ? oneLine(text) : oneLine(title);
  return safe === undefined
    ? { text: oneLine(text) === '' || oneLine(text) === shown ? shown : `${shown}: ${oneLine(text)}` }
    : { text: shown, href: safe };
};

export const workOf = (one: Neighbour, cut: (text: string) => string = (text) => text): Work => {
  const became =
    one.skipped === true
      ? WORDS.skipped
      : one.finished !== undefined
        ? `${WORDS.decisions[one.decision ?? 'done']} ${one.finished.wall}`
        : one.due !== undefined
          ? `${WORDS.due.toLowerCase()} ${wholeDate(one.due)}`
          : '';
  return {
    title: oneLine(one.title),
    line: [oneLine(names(one.who)), became].filter((part) => part !== '').join(' · '),
    results: one.results.map((result) => resultOf(result, cut)),
  };
};

const resultOf = ({ label, text, href }: ShownResult, cut: (text: string) => string): Work['results'][number] => {
  const safe = safeHref(href);
  return { label: oneLine(label), text: cut(cleanText(text)), ...(safe === undefined ? {} : { href: safe }) };
};

const saidOf = (remark: Remark, cut: (text: string) => string = (text) => text): Said => ({
  who: oneLine(remark.who),
  line: some(
    remark.decision === undefined ? undefined : WORDS.decisions[remark.decision],
    WORDS.round(remark.round).toLowerCase(),
    remark.at.wall,
  ).join(' · '),
  text: cut(cleanText(remark.text)),
});

const voteLine = ({ who, role, counts, choice }: Briefing['votes'][number]): string => {
  const said = choice === undefined ? WORDS.voteOpen : WORDS.decisions[choice];
  return oneLine(`${who} (${role}): ${said}${counts ? '' : `, ${WORDS.voteExtra}`}`);
};
