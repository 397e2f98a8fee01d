/**
 * What whoever deploys says with `-c NAME=VALUE`, or in cdk.json: read and checked before anything is built.
 *
 * Promises: what is wrong, missing or misspelt is one sentence with its remedy. Hides: CDK's own context.
 */
import { existsSync } from 'node:fs';
import type { Node } from 'constructs';
import { nearest } from '../statemachines/language/nearest.ts';
import { SHIPPED } from './workflow-folder.ts';

export class WrongContext extends Error {}

export type DeploySettings = {
  readonly stage: string;
  /** The folder of the workflows. */
  readonly workflows: string;
  readonly sender: { readonly name: string; readonly email: string };
  /** Who may send: made by the stack, or there already. */
  readonly identity: { readonly made: 'domain' | 'address'; readonly name: string } | { readonly arn: string };
  /** Undefined: the address of the HTTP API itself. */
  readonly base_url: string | undefined;
  /** An address of one's own, with its certificate in the Region of the stack. */
  readonly domain: { readonly name: string; readonly certificate_arn: string } | undefined;
  /** Of everything that has no calendar; undefined: UTC. */
  readonly zone: string | undefined;
  /** Who is mailed when an alarm goes off. */
  readonly alarms: string | undefined;
  /** Tables that were put back to an earlier time, in the place of those of the stack. */
  readonly tables: { readonly history: string; readonly records: string } | undefined;
  /** How long reminders for one person are gathered; undefined: as the functions say. */
  readonly gather: number | undefined;
};

/** Each name with an example of its value. */
export const CONTEXT = {
  stage: 'prod',
  workflows: 'statemachines',
  sender: 'Marketing <runs@your-company.com>',
  identity: 'your-company.com',
  base: 'https://runs.your-company.com',
  domain: 'runs.your-company.com',
  certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/…',
  zone: 'Europe/Oslo',
  alarms: 'ops@your-company.com',
  history: 'runsheet-history-again',
  records: 'runsheet-records-again',
  gather: '300',
} as const;
type Name = keyof typeof CONTEXT;

/** @throws WrongContext */
export const readContext = (node: Node): DeploySettings => {
  refuseUnknown(Object.keys(node.getAllContext()));
  const given = (name: Name): string | undefined => {
    const value: unknown = node.tryGetContext(name);
    if (value === undefined) return undefined;
    const text = String(value).trim();
    if (text === '') throw wrong(name, 'it is empty');
    return text;
  };
  const sender = senderFrom(given('sender'));
  return {
    stage: stageFrom(given('stage') ?? 'dev'),
    workflows: workflowsFrom(given('workflows') ?? SHIPPED),
    sender,
    identity: identityFrom(given('identity') ?? sender.email.slice(sender.email.indexOf('@') + 1), sender.email),
    base_url: baseFrom(given('base')),
    domain: domainFrom(given('domain'), given('certificate')),
    zone: zoneFrom(given('zone')),
    alarms: addressFrom(given('alarms')),
    tables: tablesFrom(given('history'), given('records')),
    gather: gatherFrom(given('gather')),
  };
};

const wrong = (name: Name, why: string): WrongContext =>
  new WrongContext(`The context “${name}” cannot be used: ${why}. Give it like -c ${name}='${CONTEXT[name]}'.`);

/** What CDK keeps in the context itself has signs in its names that ours have not. */
const refuseUnknown = (names: readonly string[]): void => {
  for (const name of names) {
    if (!/^[a-zA-Z_]+$/.test(name) || Object.hasOwn(CONTEXT, name)) continue;
    const meant = nearest(name, Object.keys(CONTEXT));
    const known = Object.keys(CONTEXT).join(', ');
    throw new WrongContext(
      `There is no context “${name}”; ${meant === undefined ? `there are ${known}` : `did you mean “${meant}”?`}`,
    );
  }
};

/** No hyphen: names of one stage would else begin with those of another, and so would what its roles may do. */
const stageFrom = (text: string): string => {
  if (!/^[a-z][a-z0-9]{0,11}$/.test(text))
    throw wrong('stage', `“${text}” is not 1 to 12 small letters and digits, a letter first`);
  return text;
};

const workflowsFrom = (text: string): string => {
  if (!existsSync(text)) throw wrong('workflows', `there is no folder ${text}`);
  return text;
};

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;
const DOMAIN = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;

const senderFrom = (text: string | undefined): DeploySettings['sender'] => {
  if (text === undefined)
    throw new WrongContext(
      `Say who the mails are from, since nothing goes without mails: -c sender='${CONTEXT.sender}'. SES has to be allowed to send for that domain.`,
    );
  const [, name = 'runsheet', email = ''] = /^(?:"?([^"<>]*?)"?\s*<)?([^<>\s]+)>?$/.exec(text) ?? [];
  if (!ADDRESS.test(email)) throw wrong('sender', `“${text}” is no mail address with or without a name`);
  return { name, email };
};

const identityFrom = (text: string, email: string): DeploySettings['identity'] => {
  if (/^arn:[^:]+:ses:[^:]+:\d+:identity\/.+$/.test(text)) return { arn: text };
  const made = ADDRESS.test(text) ? 'address' : 'domain';
  if (made === 'domain' && !DOMAIN.test(text))
    throw wrong('identity', `“${text}” is no domain, no mail address and no ARN of an identity that is there already`);
  const covers = made === 'address' ? email === text : email.endsWith(`@${text}`) || email.endsWith(`.${text}`);
  if (!covers) throw wrong('identity', `the sender ${email} is not of ${text}`);
  return { made, name: text };
};

const baseFrom = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || loopback))
    throw wrong('base', `“${text}” does not begin with https://`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw wrong('base', 'it is to end with the host');
  // With a token of 43 characters behind it, a link has at most 200 (L1).
  if (url.origin.length > 150) throw wrong('base', 'it is longer than 150 characters');
  return url.origin;
};

const domainFrom = (name: string | undefined, certificate_arn: string | undefined): DeploySettings['domain'] => {
  if (name === undefined && certificate_arn === undefined) return undefined;
  if (name === undefined) throw new WrongContext(`A certificate needs its domain: -c domain='${CONTEXT.domain}'.`);
  if (!DOMAIN.test(name)) throw wrong('domain', `“${name}” is no domain`);
  if (certificate_arn === undefined)
    throw new WrongContext(
      `The domain ${name} needs a certificate in the Region of the stack: -c certificate='${CONTEXT.certificate}'.`,
    );
  if (!/^arn:[^:]+:acm:/.test(certificate_arn)) throw wrong('certificate', 'it is no ARN of ACM');
  return { name, certificate_arn };
};

const zoneFrom = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    throw wrong('zone', `there is no zone “${text}”`);
  }
  if (/^[+-]/.test(text)) throw wrong('zone', 'an offset does not know when clocks change');
  return text;
};

const addressFrom = (text: string | undefined): string | undefined => {
  if (text !== undefined && !ADDRESS.test(text)) throw wrong('alarms', `“${text}” is no mail address`);
  return text;
};

/** Both of one moment: what one of them knows the other has to know. */
const tablesFrom = (history: string | undefined, records: string | undefined): DeploySettings['tables'] => {
  if (history === undefined && records === undefined) return undefined;
  if (history === undefined || records === undefined)
    throw new WrongContext(
      `Both tables are to be of one moment: give -c history=TABLE and -c records=TABLE, or neither.`,
    );
  for (const [name, table] of [
    ['history', history],
    ['records', records],
  ] as const)
    if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) throw wrong(name, `“${table}” is no name of a table`);
  return { history, records };
};

const gatherFrom = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 86_400) throw wrong('gather', `“${text}” is no number of seconds`);
  return Number(text);
};
