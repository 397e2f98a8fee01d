/**
 * Where secrets are kept: parameters of Systems Manager under `/runsheet/STAGE/NAME`, encrypted.
 *
 * CloudFormation cannot make such a parameter, and a template is no place for a secret: functions make those that are
 * ours when they first need them, and people put in those of other systems.
 * Promises: functions read the secrets of their stage, and may write none but those that are ours.
 */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Of functions/adapters/aws/parameter-secrets.ts. */
const OURS = ['forms', 'calls', 'hook-path-*'];

export class Secrets extends Construct {
  readonly path: string;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id);
    this.path = `/runsheet/${stage}/`;
  }

  get use(): readonly PolicyStatement[] {
    const { partition, region, account } = Stack.of(this);
    const named = (name: string): string => `arn:${partition}:ssm:${region}:${account}:parameter${this.path}${name}`;
    return [
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [named('*')] }),
      new PolicyStatement({ actions: ['ssm:PutParameter'], resources: OURS.map(named) }),
    ];
  }
}
