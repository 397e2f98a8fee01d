/**
 * What a Lambda may do, with the reason for each wildcard in it.
 *
 * Promises: a reason is acknowledged for exactly the resource that it is about, so a wider one is a new finding.
 */
import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export type Grant = {
  readonly statement: PolicyStatement;
  /** What cdk-nag finds in it, and why it is so. */
  readonly reasons?: { readonly [finding: string]: string };
};

/** In the account and Region of the stack. */
export const arnHere = (scope: Construct, service: string, rest: string): string => {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:${service}:${region}:${account}:${rest}`;
};

/** How cdk-nag calls a wildcard over `arnHere`. */
export const findingOf = (service: string, rest: string): string =>
  `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${rest}]`;

export const grantTo = (role: Role, grants: readonly Grant[]): void => {
  const reasons = new Map<string, string>();
  for (const { statement, reasons: given = {} } of grants) {
    role.addToPolicy(statement.copy());
    for (const [finding, reason] of Object.entries(given)) reasons.set(finding, reason);
  }
  for (const [id, reason] of reasons) Validations.of(role).acknowledge({ id, reason });
};
