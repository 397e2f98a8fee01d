/**
 * The Lambdas, one for each file in functions/, each with a role and a log of its own.
 *
 * Promises: none reserves concurrency, of which a new account has ten; each may write to its own log and do what is
 * said when it is added, and nothing else. What a Lambda cannot do after all its tries is kept as a dead letter.
 */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';
import { type Grant, grantTo } from './grants.ts';

export type FunctionsProps = {
  readonly stage: string;
  readonly codeOf: (entry: string) => Code;
  /** What functions/lambda/environment.ts asks for. */
  readonly environment: { readonly [name: string]: string };
};
export type Added = {
  readonly description: string;
  readonly may: readonly Grant[];
  readonly seconds: number;
  /** What it is told besides. */
  readonly environment?: { readonly [name: string]: string };
  /** Called by something that does not wait for it. */
  readonly unattended?: true;
};

export class Functions extends Construct {
  readonly all = new Map<string, LambdaFunction>();
  /** What was called for and could not be done. */
  readonly undone: Queue;
  readonly #props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    this.undone = deadLetters(this, 'Undone');
  }

  /** @param entry the name of its file. */
  add(entry: string, { description, may, seconds, unattended, environment: besides = {} }: Added): LambdaFunction {
    const { stage, codeOf, environment } = this.#props;
    const name = `runsheet-${stage}-${entry}`;
    const own = new Construct(this, entry);
    const log = new LogGroup(own, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(own, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [log.logGroupArn],
      }),
    );
    grantTo(role, may);
    // Lambda adds it by itself.
    const reason = 'Traces have no ARN.';
    Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
    const lambda = new LambdaFunction(own, 'Function', {
      functionName: name,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(entry),
      role,
      logGroup: log,
      timeout: Duration.seconds(seconds),
      // Half a processor: most of a cold start is reading code.
      memorySize: 1_024,
      tracing: Tracing.ACTIVE,
      environment: { ...environment, ...besides, NODE_OPTIONS: '--enable-source-maps' },
      ...(unattended === true ? { onFailure: new SqsDestination(this.undone), retryAttempts: 2 } : {}),
    });
    Validations.of(lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        unattended === true
          ? 'What it could not do goes to a queue as a destination, which tells more than a dead letter.'
          : 'Whoever calls it waits for its answer and tries again: a machine, a queue, or a person.',
    });
    this.all.set(entry, lambda);
    return lambda;
  }
}
