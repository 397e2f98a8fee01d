import { chromiumAt } from './support/chromium.ts';

/** Says once, and before anything else, that there is no browser. */
export const setup = (): void => {
  chromiumAt();
};
