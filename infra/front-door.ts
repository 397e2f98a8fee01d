/**
 * What is reached from outside: an HTTP API of which every address leads to one function.
 *
 * Promises: what nobody should flood is held back; the log of accesses holds no path and no query, in which tokens
 * stand (L11). What is at no address is answered by the function as well, with the headers of L10.
 */
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  type CfnStage,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeploySettings } from './context.ts';

/** Of functions/http/front-door.ts all but those for tools: open to the world, or to whoever has signed in. */
const READ = [HttpMethod.GET, HttpMethod.HEAD];
const READ_AND_SEND = [...READ, HttpMethod.POST];
const ROUTES: readonly { readonly path: string; readonly methods: readonly HttpMethod[] }[] = [
  { path: '/style.css', methods: READ },
  { path: '/a/{link+}', methods: READ_AND_SEND },
  { path: '/hooks/{source}/{secret}', methods: [HttpMethod.POST, HttpMethod.OPTIONS] },
  { path: '/forms/{source}/{link}', methods: READ_AND_SEND },
  { path: '/thanks', methods: READ },
  { path: '/sign-in', methods: READ_AND_SEND },
  { path: '/sign-in/{link}', methods: READ_AND_SEND },
  { path: '/sign-out', methods: READ_AND_SEND },
  { path: '/', methods: READ },
  { path: '/runs', methods: READ },
  { path: '/runs/{run}', methods: READ_AND_SEND },
  { path: '/runs/{run}/calendar.ics', methods: READ },
  { path: '/me', methods: READ },
  { path: '/me/calendar', methods: READ_AND_SEND },
  { path: '/me/answer/{step+}', methods: READ_AND_SEND },
  { path: '/calendar/{feed}', methods: READ },
  { path: '/team', methods: READ },
  { path: '/team/{person}', methods: READ },
  { path: '/workflows', methods: READ },
  { path: '/workflows/{workflow}', methods: READ },
  { path: '/workflows/{workflow}/procedure', methods: READ },
  { path: '/start/{workflow}', methods: READ_AND_SEND },
];
/** What starts runs for whoever has the address. */
const STARTING = ['POST /hooks/{source}/{secret}', 'POST /forms/{source}/{link}'];

/** Of names only: what is in the place of `{…}` is not logged. */
const LOGGED = {
  at: '$context.requestTimeEpoch',
  request: '$context.requestId',
  route: '$context.routeKey',
  method: '$context.httpMethod',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  fault: '$context.integrationErrorMessage',
};

export class FrontDoor extends Construct {
  /** Without a slash at the end. */
  readonly url: string;
  readonly api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    { stage, base_url, domain }: Pick<DeploySettings, 'stage' | 'base_url' | 'domain'>,
  ) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    this.api = new HttpApi(this, 'Api', {
      apiName: `runsheet-${stage}`,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
    });
    this.url =
      base_url ??
      (domain === undefined
        ? `https://${this.api.apiId}.execute-api.${region}.${urlSuffix}`
        : `https://${domain.name}`);
    const log = new LogGroup(this, 'Accesses', {
      logGroupName: `/aws/vendedlogs/apis/runsheet-${stage}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const only = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
    });
    // A leaked address of a webhook is a bill and a mail cannon (W8); the function counts each source besides.
    (only.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
      STARTING.map((route) => [route, { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 }]),
    );
    if (domain !== undefined) this.#serve(domain, only);
  }

  answerBy(lambda: IFunction): void {
    const integration = new HttpLambdaIntegration('Answer', lambda);
    const routes = [
      ...ROUTES.flatMap(({ path, methods }) => this.api.addRoutes({ path, methods: [...methods], integration })),
      ...this.api.addRoutes({ path: '/{rest+}', integration }),
      ...this.api.addRoutes({ path: '/', integration }),
    ];
    for (const route of routes)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Whoever asks is known by a session, a mailed link or a signature, which the function sees to (L4, L18, W1).',
      });
    // A route that has settings has to be there before its stage is told of them.
    const stage = this.node.findChild('Stage').node.defaultChild as CfnStage;
    for (const route of routes)
      if (STARTING.some((one) => one.endsWith(` ${route.path}`))) stage.node.addDependency(route);
  }

  #serve({ name, certificate_arn }: NonNullable<DeploySettings['domain']>, stage: HttpStage): void {
    const domainName = new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificate_arn),
    });
    new ApiMapping(this, 'Mapping', { api: this.api, domainName, stage });
  }
}
