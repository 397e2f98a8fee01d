import { openLines, putOnBoard } from './functions/core/board.ts';
import { startSandbox } from './infra/sandbox/start-sandbox.ts';
import { functionsOf } from './infra/sandbox/sandbox-functions.ts';
import { readFolder, SHIPPED } from './infra/workflow-folder.ts';
import { readLibrary } from './statemachines/library.ts';
import { mkdtempSync } from 'node:fs';
const library = readLibrary(readFolder(SHIPPED));
const { sandbox, close } = await startSandbox({ data: mkdtempSync('/tmp/bb-'), library, port: 9311, clock: { kind: 'virtual', start: '2027-01-04T08:00:00.000Z' }, makeHosted: functionsOf(library) } as never);
const { ports } = sandbox;
const put = (i: number) => putOnBoard(ports, { run: `blog-post-${i.toString(16).padStart(20, '0')}`, workflow: 'blog-post', title: `Topic ${i}`, state: 'running', started: '2027-01-04T08:00:00.000Z', lead: 'mia-solberg', length: 4, phase: 'Write', open: [{ step: 'idea', title: 'Generate the idea', type: 'task', round: 1, hours: 2, owners: ['ada-berg'], due: '2027-05-31T15:00:00Z' }], done: 0, steps: 8, planned: '2027-06-30T15:00:00.000Z', ends: '2027-06-30T15:00:00.000Z' } as never);
const measure = async (n: string) => { for (let i = 0; i < 8; i++) await openLines(ports); const t: number[] = [], c: number[] = []; for (let i = 0; i < 25; i++) { const a = performance.now(), b = process.cpuUsage(); await openLines(ports); t.push(performance.now() - a); const u = process.cpuUsage(b); c.push((u.user + u.system) / 1000); } t.sort((a, b) => a - b); c.sort((a, b) => a - b); console.log(n, 'wall min', t[0].toFixed(1), 'median', t[12].toFixed(1), 'cpu min', c[0].toFixed(1), 'cpu median', c[12].toFixed(1)); };
let i = 0;
for (const upTo of [100, 1000, 10000]) { const s = performance.now(); while (i < upTo) { await Promise.all(Array.from({ length: 20 }, () => put(i++))); } console.error('put', upTo, performance.now() - s); await measure(String(upTo)); }
await close(); process.exit(0);
