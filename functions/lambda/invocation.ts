/** What all stacks take from Lambda's own words about an invocation. */

/** So much before Lambda ends a function it fails by itself, and can still say so. */
export const EARLY_MS = 300;

export const requestIdOf = (context: unknown): string | undefined => {
  const { awsRequestId } = (context ?? {}) as { awsRequestId?: unknown };
  return typeof awsRequestId === 'string' ? awsRequestId : undefined;
};
