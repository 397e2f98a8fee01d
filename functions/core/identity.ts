/**
 * How sure we are who answers (language.md, Assurance; L4, L5, L13).
 *
 * Promises: the server decides what is asked for, by the step; a client cannot ask for less. A code goes to the recorded
 * address of the person whom the link was mailed to, whoever has the link now (L12).
 */

import type { Assurance } from '../../statemachines/language/workflow.ts';
import { SAID } from '../words/said.ts';
import { askForCode, checkCode } from './codes.ts';
import { readDevice, readDeviceCookie, rememberDevice, renewDevice } from './devices.ts';
import type { Proof } from './events.ts';
import type { Contact } from './kept.ts';
import type { FoundLink } from './links.ts';
import type { Ports } from './ports.ts';
import { isHasty, isTooQuick, noteUse } from './robots.ts';
import type { Session } from './sessions.ts';

export type Asking = {
  readonly link: FoundLink;
  /** Of the person whom the link was mailed to. */
  readonly contact: Contact;
  readonly assurance: Assurance;
  /** The title of what is answered, and of its run: for the mail with the code. */
  readonly about: { readonly title: string; readonly run: string };
  /** Who is signed in where this was sent from. */
  readonly session: Pick<Session, 'person' | 'how'> | undefined;
  /** The `cookie` header. */
  readonly cookie: string | undefined;
  readonly from: string;
  /** When the form was shown that is answered; undefined: nobody knows. */
  readonly shown: string | undefined;
  /** What was typed as the code; undefined: none was asked for yet. */
  readonly code: string | undefined;
  readonly resend: boolean;
};

export type Identified =
  | { readonly proof: Proof /** The device's id where it is to be remembered from now on. */; readonly device?: string }
  | { readonly needs: 'code'; readonly problem?: string };

export const identify = async (ports: Ports, asking: Asking): Promise<Identified> => {
  const { link, assurance, code, resend, session } = asking;
  const { person } = link;
  // Signed in by a mailed link is more than any step can ask for. Who was chosen in a sandbox has proven nothing.
  if (session?.how === 'mailed' && session.person === person) return { proof: 'sign-in' };
  const id = readDeviceCookie(asking.cookie, { secure: ports.settings.secure_cookies });
  const known = (await readDevice(ports, id))?.people.includes(person) === true;
  // Where somebody has to be signed in and is not, a device on which they were seen is not enough.
  if (known && assurance !== 'sign-in' && id !== undefined) {
    const renewed = await renewDevice(ports, id, person);
    return { proof: 'verified', ...(renewed ? { device: id } : {}) };
  }
  if (assurance === 'link' && code === undefined && !resend && !(await isRobotic(ports, asking)))
    return { proof: 'link' };
  const typed = code?.replaceAll(/[\s-]/g, '') ?? '';
  if (typed !== '' && !resend) {
    const checked = await checkCode(ports, { link: link.key, person }, typed);
    if (checked.outcome === 'right')
      return {
        proof: assurance === 'sign-in' ? 'sign-in' : 'verified',
        device: await rememberDevice(ports, { person, ...(id === undefined ? {} : { id }) }),
      };
    const left = checked.outcome === 'wrong' ? checked.left : 0;
    return {
      needs: 'code',
      problem: checked.outcome === 'wrong' ? SAID.code.wrong(left) : SAID.code.slips[checked.outcome],
    };
  }
  if (code !== undefined && !resend) return { needs: 'code', problem: SAID.code.type };
  return mailCode(ports, asking);
};

const isRobotic = async (ports: Ports, { link, from, shown }: Asking): Promise<boolean> => {
  if (!ports.settings.wary_of_robots) return false;
  const burst = (await noteUse(ports, { person: link.person, link: link.key, from })) === 'burst';
  const now = ports.clock.now();
  return burst || isTooQuick(link.issued, now) || shown === undefined || isHasty(shown, now);
};

const mailCode = async (ports: Ports, { link, contact, about }: Asking): Promise<Identified> => {
  const asked = await askForCode(ports, { link: link.key, person: link.person });
  if (asked.outcome === 'too-many') {
    const minutes = Math.ceil(asked.wait_seconds / 60);
    return {
      needs: 'code',
      problem: SAID.code.noMore(minutes),
    };
  }
  const outcome = await ports.mailbox.send({
    // Each code is a mail of its own, also when two are asked for in one instant.
    id: `code/${link.key}/${Buffer.from(ports.chance.bytes(12)).toString('base64url')}`,
    lane: 'code',
    to: { name: contact.name, email: contact.email },
    ...ports.mails.code({ name: contact.name }, asked.code, about),
  });
  if (outcome !== 'sent') ports.log.warn('a mail with a code was refused', { run: link.run, person: link.person });
  return { needs: 'code' };
};

/** `r…@example.com`: enough to know which mailbox to look into. */
export const maskedAddress = (email: string): string => {
  const [name = '', domain = ''] = email.split('@');
  return `${[...name][0] ?? ''}…@${domain}`;
};
