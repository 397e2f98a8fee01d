/**
 * Where secrets are kept: parameters of Systems Manager under `/runsheet/STAGE/NAME`, encrypted.
 *
 * CloudFormation cannot make such a parameter, and a template is no place for a secret: functions make those that are
 * ours when they first need them, and people put in those of other systems.
 * Promises: functions read the secrets of their stage, and may write none but those that are ours.
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { arnHere, findingOf, type Grant } from './grants.ts';

/** Of functions/adapters/aws/parameter-secrets.ts. */
const HOOKS = 'hook-path-*';
const OURS = ['forms', 'calls', HOOKS];

export class Secrets extends Construct {
  readonly path: string;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id);
    this.path = `/runsheet/${stage}/`;
  }

  /** What whoever needs secrets needs. */
  get use(): readonly Grant[] {
    const all = `parameter${this.path}*`;
    const ours = OURS.map((name) => `parameter${this.path}${name}`);
    return [
      {
        statement: new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arnHere(this, 'ssm', all)] }),
        reasons: {
          [findingOf('ssm', all)]: 'People put the secrets of other systems there; the stage is in the path.',
        },
      },
      {
        statement: new PolicyStatement({
          actions: ['ssm:PutParameter'],
          resources: ours.map((rest) => arnHere(this, 'ssm', rest)),
        }),
        reasons: { [findingOf('ssm', `parameter${this.path}${HOOKS}`)]: 'Each source of webhooks has one of its own.' },
      },
    ];
  }
}
