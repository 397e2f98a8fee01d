/**
 * The port `Alarms`, kept in the store until what they called has succeeded.
 *
 * Promises: another of the same name takes its place, also while the first is going off; an alarm whose call fails is
 * tried again and never lost.
 */

import { checkInstant } from '../../functions/core/history.ts';
import type { Alarm, Alarms } from '../../functions/core/ports.ts';
import type { Hosted } from '../../functions/lambda/hosted.ts';
import type { Agenda } from './agenda.ts';
import type { Insist } from './insist.ts';
import type { Store } from './store.ts';

export type DurableAlarms = {
  readonly alarms: Alarms;
  readonly list: () => readonly Alarm[];
  /** Sets those that are in the store. Once, before anything else. */
  readonly resume: () => Promise<void>;
};

export function durableAlarms({
  store,
  agenda,
  insist,
  hosted,
}: {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly insist: Insist;
  readonly hosted: () => Hosted;
}): DurableAlarms {
  const set = new Map<string, Alarm>();
  const keyOf = (name: string): string => `alarm/${name}`;

  const expect = (alarm: Alarm): void => {
    set.set(alarm.name, alarm);
    agenda.clear(`again/${keyOf(alarm.name)}`);
    agenda.set({ key: keyOf(alarm.name), at: alarm.at, fire: () => goOff(alarm) });
  };
  const goOff = (alarm: Alarm): Promise<void> => {
    const stillOwed = (): boolean => set.get(alarm.name) === alarm;
    return insist({
      key: keyOf(alarm.name),
      what: `an alarm (${alarm.call.kind})`,
      stillOwed,
      attempt: async () => {
        await hosted().alarm(alarm.call);
        if (!stillOwed()) return;
        set.delete(alarm.name);
        await store.write([{ key: keyOf(alarm.name) }]);
      },
    });
  };

  return {
    alarms: {
      set: async (alarm) => {
        if (!/^[A-Za-z0-9_.-]{1,64}$/.test(alarm.name))
          throw new RangeError('the name of an alarm has 1 to 64 of A-Z a-z 0-9 - _ .');
        checkInstant(alarm.at);
        const kept = { ...alarm, call: { ...alarm.call } };
        expect(kept);
        await store.write([{ key: keyOf(alarm.name), value: kept }]);
      },
      clear: async (name) => {
        if (!set.delete(name)) return;
        agenda.clear(keyOf(name));
        agenda.clear(`again/${keyOf(name)}`);
        await store.write([{ key: keyOf(name) }]);
      },
    },
    list: () => [...set.values()],
    resume: async () => {
      for (const [, alarm] of await store.list<Alarm>('alarm/')) expect(alarm);
    },
  };
}
