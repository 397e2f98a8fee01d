/** What a sandbox answers at its port: its own endpoints and pages first, then the functions. */
import { type Answering, isLocalName, type Mounted, plainText } from './server.ts';

export const mount =
  (mounted: readonly Mounted[], otherwise: Answering): Answering =>
  async (request) => {
    for (const answering of mounted) {
      const answer = await answering(request);
      if (answer !== undefined) return answer;
    }
    return otherwise(request);
  };

/**
 * Everybody's mails are to be read here without sign-in, so a page from elsewhere that has pointed a name of its own at
 * this machine gets nothing. A webhook shows who it is itself, and may come through a tunnel.
 */
export const locally =
  (answering: Answering): Answering =>
  async (request) =>
    isLocalName(request) || request.path.startsWith('/hooks/')
      ? answering(request)
      : plainText(403, 'The sandbox is used from this machine alone, as localhost.');
