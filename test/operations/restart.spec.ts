import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.js';
import { build, ROOT } from '../process/programs.js';

let sandbox: Sandbox;

beforeAll(async () => {
  await build();
  // As it was built: the application is a program of its own.
  const path = pathToFileURL(join(ROOT, 'dist/sandbox/sandbox.js')).href;
  const built = (await import(path)) as { startSandbox: (options: SandboxOptions) => Promise<Sandbox> };
  sandbox = await built.startSandbox({ scale: 30, lasting: false });
});

afterAll(() => sandbox.stop());

const ready = async () => (await fetch(`${sandbox.app.url}/health/ready`)).status;
/** A route that only the role `bot` has; nobody knows the secret here. */
const webhook = async () => (await fetch(`${sandbox.app.url}/telegram/webhook`, { method: 'POST' })).status;

/** The cases build on each other: one sandbox, one process after the other. */
describe("the sandbox's application", () => {
  it('starts again with other roles, on the same port and with its log going on', async () => {
    const [first, logBefore] = [sandbox.app, await readFile(sandbox.logFile, 'utf8')];
    expect(await webhook()).toBe(401);
    await sandbox.restart({ roles: 'worker', env: { LOG_LEVEL: 'debug' } });
    expect(sandbox.app).not.toBe(first);
    expect(await first.ended).toBe(0);
    expect(sandbox.app.url).toBe(first.url);
    expect(await ready()).toBe(200);
    expect((await readFile(sandbox.logFile, 'utf8')).startsWith(logBefore)).toBe(true);
    expect(await webhook()).toBe(404);
  });

  it('starts again as it was, after a kill and twice at once, and none of that is an end by itself', async () => {
    const ended = { byItself: false };
    void sandbox.appEndedByItself.then(() => (ended.byItself = true));
    const seen: boolean[] = [];
    const stop = sandbox.onAppChange(({ isUp }) => seen.push(isUp));
    const before = sandbox.app;
    await Promise.all([sandbox.restart({ kill: true }), sandbox.setScale(60)]);
    stop();
    // One after the other: two at once would leave a process that nobody knows.
    expect(seen).toEqual([false, true, false, true]);
    expect(await before.ended).toBeNull();
    expect(sandbox.world.clock.scale).toBe(60);
    expect(sandbox.env['JOB_DEADLINE_MS']).toBe(String((15 * 60_000) / 60));
    expect(await ready()).toBe(200);
    expect(await webhook()).toBe(401);
    expect(ended.byItself).toBe(false);
    process.kill(sandbox.app.pid, 'SIGKILL');
    await sandbox.appEndedByItself;
  });
});
