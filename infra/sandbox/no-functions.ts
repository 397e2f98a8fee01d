/** In place of the functions as long as there are none: whoever comes is shown the workflows. */
import type { Hosted } from '../../functions/lambda/hosted.ts';
import { plainText, seeOther } from './server.ts';

export const noFunctions = (): Hosted => ({
  task: async () => {
    throw new Error('there are no functions yet');
  },
  http: async ({ path }) => (path === '/' ? seeOther('/workflows') : plainText(404, 'There is no such page.')),
  alarm: async () => {},
  machineEnded: async () => {},
  scheduled: async () => {},
  sweep: async () => 0,
});
