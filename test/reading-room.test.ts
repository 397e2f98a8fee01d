import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReadingRoom } from '../infra/sandbox/reading-room.ts';
import { SHIPPED } from '../infra/workflow-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'runsheet-room-'));
let room: Awaited<ReturnType<typeof openReadingRoom>>;
const look = async (path: string, init?: RequestInit) => {
  const response = await fetch(new URL(path, room.url), init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

beforeAll(async () => {
  cpSync(SHIPPED, folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
  room = await openReadingRoom(folder, 0, () => '2027-02-15T08:00:00Z');
});
afterAll(() => {
  room.server.close();
  room.server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

describe('the reading room', () => {
  it('lists every workflow with what it is for', async () => {
    const { status, text } = await look('/');
    expect(status).toBe(200);
    expect(text.match(/<li><h2>/g)).toHaveLength(15);
    expect(text).toContain('Publish one search-led article that brings qualified visitors.');
  });

  it('shows the plan for the dates that are asked for', async () => {
    const { text } = await look('/workflows/blog-post?topic=x&publish=2027-03-31');
    expect(text).toContain('Feasible: needs 21 working days, there are 30.');
    expect(text).toContain('<td>Generate the idea</td><td>ada-berg</td>');
    expect((await look('/workflows/blog-post')).text).toContain('The plan needs a date for: Publish date.');
  });

  it('gives picture, procedure and machine by themselves', async () => {
    expect((await look('/workflows/webinar.svg')).text).toMatch(/^<svg /);
    expect((await look('/workflows/webinar.md')).text).toMatch(/^# /);
    expect(JSON.parse((await look('/workflows/webinar.json')).text).StartAt).toBe('run.open');
  });

  it('shows an edited file at the next look, its faults too, and author text only as text', async () => {
    writeFileSync(
      join(folder, 'workflows', 'hostile.yaml'),
      'workflow: hostile\ntitle: "<script>alert(1)</script>"\npurpose: "&amp; <b>"\nlead: marketing-manager\nsteps:\n  - { step: a, title: "<i>x", owner: blog-writer }\n',
    );
    const { text } = await look('/');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>');
    expect((await look('/workflows/hostile?x=%3Cscript%3E')).text).not.toContain('<script>');
    writeFileSync(join(folder, 'workflows', 'hostile.yaml'), 'workflow: hostile\nstepss: []\n');
    expect((await look('/')).text).toContain('`stepss` is not a key of a workflow.');
  });

  it('answers what is not there with 404, changes nothing, and lets nothing in from elsewhere', async () => {
    expect((await look('/workflows/nope')).status).toBe(404);
    expect((await look('/workflows/../../etc/passwd')).status).toBe(404);
    expect((await look('/', { method: 'POST' })).status).toBe(405);
    expect((await look('/')).headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('takes the next free port when its own is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = (other.address() as AddressInfo).port;
    const second = await openReadingRoom(folder, taken, () => '2027-02-15T08:00:00Z');
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
    second.server.close();
    other.close();
  });
});
