/**
 * The port `Log` in a Lambda, on Powertools: a line of JSON for each entry, with the request, the trace and whether it
 * was a cold start; and a metric for each of the sentences that somebody is told of (infra/watch.ts).
 *
 * Promises: what json-log.ts promises: nothing that looks like a token, an address of a page or of a person gets in
 * (L11), also when somebody logs it by mistake. Metrics hold numbers and codes alone.
 * Hides: the formats of both.
 *
 * Powertools' tracer is left out: with X-Ray's SDK it is 127 KB in each bundle, an eighth more. Lambda and Step
 * Functions trace by themselves, and each line has the trace that it belongs to.
 */
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Clock, Log, LogFields } from '../core/ports.ts';
import { causesOf, redactedFields } from './json-log.ts';
import { redact } from './redact.ts';

const SERVICE = 'runsheet';

/** Sentences of the core that are counted: as what, and by which of their fields. */
export const COUNTED: {
  readonly [sentence: string]: { readonly metric: string; readonly by?: string; readonly kind?: string };
} = {
  'effects have been owed for more than an hour': { metric: 'OldDebts', by: 'effects' },
  'a webhook has come to its daily cap': { metric: 'HookCap' },
  'a run does not go on by itself': { metric: 'StuckRuns', kind: 'code' },
  'a mail was refused': { metric: 'MailsRefused' },
  'a mail came back': { metric: 'MailsReturned' },
  'a webhook was refused': { metric: 'HooksRefused', kind: 'reason' },
  'a run could not be started': { metric: 'StartsFailed' },
};

export const lambdaLog = ({ clock, stage }: { readonly clock: Clock; readonly stage: string }): Log => {
  const logger = new Logger({ serviceName: SERVICE, logFormatter: new Redacting(clock), logLevel: 'INFO' });
  const metrics = new Metrics({ namespace: SERVICE, serviceName: SERVICE, defaultDimensions: { stage } });
  invocationOf = (context) => logger.addContext(context as never);

  const count = (what: string, fields: LogFields): void => {
    const counted = COUNTED[what];
    if (counted === undefined) return;
    const { metric, by, kind } = counted;
    const one = metrics.singleMetric();
    // A code tells apart for those who look; the alarm is about all of them.
    if (kind !== undefined) one.addMetadata(kind, String(fields[kind] ?? ''));
    one.addMetric(metric, MetricUnit.Count, by === undefined ? 1 : Number(fields[by] ?? 1));
  };
  return {
    info: (what, fields = {}) => {
      logger.info(what, redactedFields(fields));
      count(what, fields);
    },
    warn: (what, fields = {}) => {
      logger.warn(what, redactedFields(fields));
      count(what, fields);
    },
    error: (what, cause, fields = {}) => {
      logger.error(what, { ...redactedFields(fields), because: causesOf(cause) as never });
      count(what, fields);
    },
  };
};

let invocationOf: ((context: unknown) => void) | undefined;

/** What Lambda says of the call that is under way stands in every line of it. */
export const noteInvocation = (context: unknown): void => {
  if (typeof (context as { awsRequestId?: unknown } | undefined)?.awsRequestId === 'string') invocationOf?.(context);
};

class Redacting extends LogFormatter {
  readonly #clock: Clock;
  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, message, serviceName, xRayTraceId, lambdaContext } = attributes;
    return new LogItem({
      attributes: {
        timestamp: this.#clock.now(),
        level: logLevel,
        message: redact(message),
        ...additional,
        service: serviceName,
        ...(lambdaContext === undefined
          ? {}
          : {
              function_name: lambdaContext.functionName,
              function_request_id: lambdaContext.awsRequestId,
              cold_start: lambdaContext.coldStart,
            }),
        ...(xRayTraceId === undefined ? {} : { xray_trace_id: xRayTraceId }),
      },
    });
  }
}
