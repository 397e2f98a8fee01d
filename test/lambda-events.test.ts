/** Lambdas that schedules and events call: what they take out of what they are sent. */
import { expect, test } from 'vitest';
import { tagOf } from '../functions/adapters/aws/ses-message.ts';
import type { Ports } from '../functions/core/ports.ts';
import { machineEndEvent, noteMachineEnd } from '../functions/note-machine-end.ts';
import { mailEvent, noteMailEvent } from '../functions/note-mail-event.ts';
import { scheduledStart, startScheduled } from '../functions/start-scheduled.ts';
import { sweep } from '../functions/sweep.ts';
import { beginJourney, libraryWith } from './support/sandbox-journey.ts';

const CHORE = `workflow: chore
title: Chore
purpose: One step.
lead: marketing-manager
frequency: 12 per year
starts: [form]
steps:
  - step: work
    title: Do it
    owner: blog-writer
    due: 2 workdays after start
    effort: 1h
    done_when: It is done.
`;
const KASIA = 'kasia.nowak@example.com';
const MIA = 'mia.solberg@example.com';

const begin = async () => {
  let ports: Ports | undefined;
  const journey = await beginJourney({
    library: libraryWith(CHORE),
    around: (given) => {
      ports = given;
      return given;
    },
  });
  const run = await journey.start('chore', {});
  if (ports === undefined) throw new Error('no ports');
  return { journey, run, ports };
};

/** What SES says, in the shape of its documentation. */
const bounce = (mail: string, bounceType: string) =>
  mailEvent.parse({
    version: '0',
    source: 'aws.ses',
    'detail-type': 'Email Bounced',
    detail: {
      eventType: 'Bounce',
      bounce: {
        bounceType,
        bounceSubType: 'General',
        bouncedRecipients: [{ emailAddress: KASIA, action: 'failed', status: '5.1.1', diagnosticCode: '550 unknown' }],
        timestamp: '2027-01-04T08:00:10.000Z',
      },
      mail: { destination: [KASIA], tags: { mail: [tagOf(mail)], 'ses:configuration-set': ['runsheet-test'] } },
    },
  });

test('a mail that bounces flags its step and tells the lead, once', async () => {
  const { journey, run, ports } = await begin();
  const note = noteMailEvent(ports);
  await note(bounce(`${run}/3/mail-kasia-nowak`, 'Permanent'));
  await note(bounce(`${run}/3/mail-kasia-nowak`, 'Permanent'));
  expect((await journey.story(run)).filter((event) => event.startsWith('mail-refused'))).toEqual(['mail-refused work']);
  const told = (await journey.mails(MIA)).filter(({ subject }) => subject.includes('cannot be reached by mail'));
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain('no mail can be delivered there (550 unknown)');
});

test('a mail that SES still tries, or that is about no run, changes nothing', async () => {
  const { journey, run, ports } = await begin();
  const before = await journey.story(run);
  await noteMailEvent(ports)(bounce(`${run}/3/mail-kasia-nowak`, 'Transient'));
  await noteMailEvent(ports)(bounce('no-such-run/3/mail-kasia-nowak', 'Permanent'));
  await noteMailEvent(ports)(bounce(`${run}/99/mail-kasia-nowak`, 'Permanent'));
  await noteMailEvent(ports)(bounce('gathered', 'Permanent'));
  expect(await journey.story(run)).toEqual(before);
});

test('whoever calls a mail spam is not mailed again, and the lead knows', async () => {
  const { journey, run, ports } = await begin();
  const event = mailEvent.parse({
    detail: {
      eventType: 'Complaint',
      complaint: { complainedRecipients: [{ emailAddress: KASIA.toUpperCase() }] },
      mail: { destination: [KASIA], tags: { mail: [tagOf(`${run}/3/mail-kasia-nowak`)] } },
    },
  });
  await noteMailEvent(ports)(event);
  expect((await journey.mail(MIA, 'cannot be reached by mail')).text).toContain('it was called spam there');
});

test.each([
  ['is sent once', true, 1],
  ['is sent again where SES tells nothing of it', false, 2],
])('a mail whose sender was gone before it could say so %s', async (_, isTold, times) => {
  let ports: Ports | undefined;
  let isGone = true;
  const sent: string[] = [];
  const journey = await beginJourney({
    library: libraryWith(CHORE),
    around: (given) => {
      const settle: Ports['history']['settle'] = async (run, number, owed) =>
        isGone && owed === 'mail kasia-nowak' ? undefined : given.history.settle(run, number, owed);
      const send: Ports['mailbox']['send'] = (mail) => {
        sent.push(mail.id);
        return given.mailbox.send(mail);
      };
      ports = { ...given, history: { ...given.history, settle }, mailbox: { send } };
      return ports;
    },
  });
  const run = await journey.start('chore', {});
  isGone = false;
  const [id = ''] = sent;
  expect(id).toBe(`${run}/3/mail-kasia-nowak`);
  // https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
  const delivered = mailEvent.parse({
    version: '0',
    source: 'aws.ses',
    'detail-type': 'Email Delivered',
    detail: {
      eventType: 'Delivery',
      mail: { destination: [KASIA], tags: { mail: [tagOf(id)], 'ses:configuration-set': ['runsheet-test'] } },
      delivery: { timestamp: '2027-01-04T08:00:04.000Z', recipients: [KASIA], smtpResponse: '250 ok' },
    },
  });
  if (isTold) await noteMailEvent(ports as Ports)(delivered);
  await journey.advance(1);
  expect(sent.filter((one) => one === id)).toHaveLength(times);
  expect(await (ports as Ports).history.owedBefore('2028-01-01T00:00:00.000Z', 10)).toEqual([]);
  await noteMailEvent(ports as Ports)(delivered);
  expect((await journey.story(run)).filter((event) => event.startsWith('mail-'))).toEqual([]);
});

test('a machine that was stopped ends its run, whatever AWS leaves empty', async () => {
  const { journey, run, ports } = await begin();
  const event = machineEndEvent.parse({
    source: 'aws.states',
    detail: { name: run, status: 'ABORTED', error: null, cause: null, input: '{}', startDate: 1 },
  });
  await noteMachineEnd(ports)(event);
  await noteMachineEnd(ports)(event);
  expect((await journey.story(run)).at(-1)).toBe('run-finished cancelled');
  await noteMachineEnd(ports)(machineEndEvent.parse({ detail: { name: 'somebody-elses', status: 'FAILED' } }));
});

test('the same scheduled time starts one run, in whatever way it is written', async () => {
  const { journey, ports } = await begin();
  const start = startScheduled(ports);
  for (const at of ['2027-01-04T09:00:00Z', '2027-01-04T09:00:00.000Z', '2027-01-04T10:00:00+01:00'])
    await start(scheduledStart.parse({ workflow: 'chore', at }));
  await start(scheduledStart.parse({ workflow: 'chore', at: '2027-01-05T09:00:00Z' }));
  expect((await journey.board()).map(({ run }) => run)).toHaveLength(3);
  expect(scheduledStart.safeParse({ workflow: 'chore', at: 'soon' }).success).toBe(false);
});

test('the sweep asks for every secret of ours, so that it is there, and does what is owed', async () => {
  const { ports } = await begin();
  const asked: string[] = [];
  const live = async (name: string): Promise<readonly string[]> => {
    asked.push(name);
    if (name === 'calls') throw new Error('not to be had');
    return [];
  };
  const hooks = { brief: { provider: 'tally', workflow: 'chore', map: {} } } as never;
  const log = { ...ports.log, error: () => undefined };
  const done = await sweep({
    ...ports,
    log,
    secrets: { live, anew: live },
    catalogue: { ...ports.catalogue, hooks },
  })();
  expect(done).toEqual({ done: 0 });
  expect(asked).toEqual(['forms', 'calls', 'hook-path-brief']);
});
