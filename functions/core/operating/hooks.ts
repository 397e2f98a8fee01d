/** Webhook sources, to those who operate: their addresses, what came in, and a sample as their provider would send it. */
import { nearest } from '../../../statemachines/language/nearest.ts';
import type { Hook } from '../../../statemachines/language/workflow.ts';
import { exampleValues } from '../example-values.ts';
import type { Ports } from '../ports.ts';
import { googleFormsScript, UNSHOWN_VALUES } from '../webhooks/google-forms-script.ts';
import { listIntakes, replayIntake } from '../webhooks/intakes.ts';
import { formLinkOf, pathSecretName } from '../webhooks/path-secret.ts';
import { sampleDelivery } from '../webhooks/sample-delivery.ts';
import { Refused } from './refusal.ts';

const hookNamed = ({ catalogue: { hooks } }: Ports, source: string): Hook => {
  const hook = Object.hasOwn(hooks, source) ? hooks[source] : undefined;
  if (hook !== undefined) return hook;
  const close = nearest(source, Object.keys(hooks));
  const known = `Sources are: ${Object.keys(hooks).join(', ') || 'none'}.`;
  throw new Refused(
    'unknown',
    `There is no source ${source} in hooks.yaml. ${close === undefined ? known : `Did you mean ${close}?`}`,
  );
};

const addressOf = ({ settings }: Ports, source: string, secret: string): string =>
  `${settings.base_url}/hooks/${source}/${secret}`;

/** @param show whether the secret that is in each address is told too. */
export const listHooks = async (ports: Ports, { show }: { readonly show: boolean }) =>
  Promise.all(
    Object.entries(ports.catalogue.hooks).map(async ([source, { provider, workflow }]) => {
      const [secret = ''] = show ? await ports.secrets.live(pathSecretName(source)) : ['…'];
      const form = `${ports.settings.base_url}/forms/${source}/${show ? formLinkOf(secret) : '…'}`;
      return {
        source,
        provider,
        workflow,
        url: addressOf(ports, source, secret),
        // The page that we show ourselves.
        ...(provider === 'form' ? { form } : {}),
      };
    }),
  );

/** The text that a source's provider runs on its side. @param show with the address and the secret in it. */
export const scriptOf = async (
  ports: Ports,
  { source, show }: { readonly source: string; readonly show: boolean },
): Promise<{ readonly script: string }> => {
  const { provider, secret } = hookNamed(ports, source);
  if (provider !== 'google-forms')
    throw new Refused('wrong', `${source} needs no script: ${provider} is not google-forms.`);
  if (!show) return { script: googleFormsScript(UNSHOWN_VALUES) };
  const [path = ''] = await ports.secrets.live(pathSecretName(source));
  const [key] = secret === undefined ? [] : await ports.secrets.live(secret);
  if (key === undefined)
    throw new Refused(
      'wrong',
      secret === undefined
        ? `${source} names no secret in hooks.yaml, so nothing that it sends would be taken. Add a line like “secret: ${source}-secret”.`
        : noSecret(secret),
    );
  return { script: googleFormsScript({ address: addressOf(ports, source, path), secret: key }) };
};

const noSecret = (secret: string): string =>
  `There is no secret ${secret} yet. Make one with: npx runsheet secrets rotate ${secret} --stdin`;

export const listCame = async (
  ports: Ports,
  { source, after }: { readonly source: string; readonly after?: string },
) => {
  hookNamed(ports, source);
  return listIntakes(ports, source, after);
};

const DAYS_AHEAD = 45;

export type Sample = {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

/** Really signed. Inputs that are not given are made up, where they have to be there. */
export const sampleOf = async (
  ports: Ports,
  { source, inputs }: { readonly source: string; readonly inputs: { readonly [input: string]: string | string[] } },
): Promise<Sample> => {
  const hook = hookNamed(ports, source);
  const fields = ports.catalogue.workflows.get(hook.workflow)?.outline.workflow.inputs ?? {};
  const stranger = Object.keys(inputs).find((input) => !Object.hasOwn(hook.map, input));
  if (stranger !== undefined) {
    const brings = Object.keys(hook.map).join(', ');
    throw new Refused('wrong', `${source} brings no input ${stranger}; it brings ${brings}.`);
  }
  const now = Date.parse(ports.clock.now());
  const example = {
    person: ports.catalogue.team.people[0]?.id ?? '',
    today: new Date(now + DAYS_AHEAD * 86_400_000).toISOString().slice(0, 10),
  };
  const mapped = Object.entries(exampleValues(fields, example)).filter(([input]) => Object.hasOwn(hook.map, input));
  const [pathSecret = ''] = await ports.secrets.live(pathSecretName(source));
  const secrets = hook.secret === undefined ? [] : await ports.secrets.live(hook.secret);
  if (hook.secret !== undefined && secrets.length === 0) throw new Refused('conflict', noSecret(hook.secret));
  const { delivery, left } = sampleDelivery({
    hook,
    fields,
    values: { ...Object.fromEntries(mapped), ...inputs },
    publicUrl: addressOf(ports, source, pathSecret),
    secrets,
    now,
  });
  const lost = left.filter((input) => Object.hasOwn(inputs, input));
  if (lost.length > 0)
    throw new Refused(
      'wrong',
      `The sample of ${hook.provider} has no place for ${lost.join(', ')}: its map is ${lost.map((input) => hook.map[input]).join('; ')}.`,
    );
  return {
    url: delivery.publicUrl,
    headers: delivery.headers.map(([name, value]) => [name, value] as const),
    body: Buffer.from(delivery.body).toString('utf8'),
  };
};

export const replay = async (
  ports: Ports,
  { source, id }: { readonly source: string; readonly id: string },
): Promise<{ readonly run: string }> => {
  const key = Buffer.from(ports.chance.bytes(9)).toString('base64url');
  const replayed = await replayIntake(ports, source, id, key);
  switch (replayed.outcome) {
    case 'on its way':
      return { run: replayed.run };
    case 'unknown':
      throw new Refused('unknown', `Nothing is kept of ${id} from ${source}.`);
    case 'unreadable':
      throw new Refused('conflict', 'It could not be read when it came, so there is nothing to start from.');
    case 'gone':
      throw new Refused('conflict', 'What was in it is kept for 30 days, which are over.');
    case 'misfit':
      throw new Refused('conflict', replayed.problems.map(({ message }) => message).join(' '));
    case 'refused':
      throw new Refused('conflict', `It cannot be started again: ${replayed.why}.`);
  }
};
