/** `runsheet doctor`: what is wrong with a place, or would be once it is deployed, each with its remedy. */
import type { Finding } from '../../functions/core/operating/backstage.ts';
import { Refusal } from './library-at.ts';
import { type Place, placeOf } from './place.ts';
import { counted, print, styled } from './terminal.ts';

type DoctorOptions = {
  readonly stage: string;
  readonly to?: string;
  readonly data?: string;
  readonly sender?: string;
  readonly mend?: boolean;
  readonly json?: boolean;
};

/** What was looked at: in words, whether or not anything was found. */
type Looked = { readonly seen: readonly string[]; readonly findings: readonly Finding[] };

export const doctorCommand = async (options: DoctorOptions): Promise<number> => {
  const { stage, to, data } = options;
  const isSandbox = to !== undefined || data !== undefined;
  const sandbox = { ...(to === undefined ? {} : { to }), ...(data === undefined ? {} : { data }) };
  const place = await placeOf(isSandbox ? sandbox : { stage });
  const account = isSandbox ? undefined : await lookAtAccount(options, place);
  // Where nothing is deployed yet there is nobody to ask.
  const deployed = account?.deployed ?? true;
  const mended = deployed && options.mend === true ? await place.ask('mend', {}) : undefined;
  const findings = [...(account?.findings ?? []), ...(deployed ? await examined(place) : [])];
  const seen = [
    ...(account?.seen ?? [`Looked at ${place.name}.`]),
    ...(mended === undefined
      ? []
      : [`Mended: ${counted(mended.effects, 'effect')} done, ${counted(mended.alarms, 'alarm')} set.`]),
  ];
  if (options.json === true) print(JSON.stringify({ place: place.name, deployed, seen, findings }, null, 2));
  else print(told({ seen, findings }));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
};

const lookAtAccount = async ({ stage, sender }: DoctorOptions, place: Place) => {
  const { examineAccount } = await import('./account.ts');
  const openRuns = async () => (await place.ask('list-runs', {})).filter(({ state }) => state === 'running').length;
  return examineAccount({ stage, openRuns, ...(sender === undefined ? {} : { sender }) });
};

/** That it cannot be asked is a finding like any other. */
const examined = async (place: Place): Promise<readonly Finding[]> => {
  try {
    return await place.ask('examine', {});
  } catch (problem) {
    if (!(problem instanceof Refusal) || place.name.startsWith('http')) throw problem;
    return [
      {
        severity: 'error',
        code: 'not-asked',
        what: problem.message,
        remedy: 'The rest could not be looked at without it.',
      },
    ];
  }
};

const told = ({ seen, findings }: Looked): string =>
  [
    ...seen.map((line) => styled('dim', line)),
    ...(seen.length > 0 ? [''] : []),
    ...findings.flatMap(({ severity, code, what, remedy }) => [
      `${styled(severity === 'error' ? 'red' : 'yellow', severity)} ${what} ${styled('dim', `[${code}]`)}`,
      `      ${remedy}`,
    ]),
    findings.length === 0 ? 'All is well.' : `\n${counted(findings.length, 'finding')}.`,
  ].join('\n');
