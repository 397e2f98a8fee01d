/** `npm start`. What was read and stripped of types once is kept, so that the next start is fast. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./sandbox-command.ts');
