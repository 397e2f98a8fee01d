/** What others than the picture use of the wording; it stands in ../wording.ts. */
export { plainTemplate } from '../wording.ts';
