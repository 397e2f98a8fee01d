/** What a sandbox answers at its port: its own endpoints and pages first, then the functions. */
import type { Answering, Mounted } from './server.ts';

export const mount =
  (mounted: readonly Mounted[], otherwise: Answering): Answering =>
  async (request) => {
    for (const answering of mounted) {
      const answer = await answering(request);
      if (answer !== undefined) return answer;
    }
    return otherwise(request);
  };
