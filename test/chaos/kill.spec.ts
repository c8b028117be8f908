import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KillTotals } from '../../sandbox/kill/kill-report.js';
import type { KillResult } from '../../sandbox/kill/kill-run.js';
import { build, lastLine, run } from '../process/programs.js';

let folder: string;

beforeAll(async () => {
  await build();
  folder = await mkdtemp(join(tmpdir(), 'neurocards-test-kill-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const demo = (...args: string[]) =>
  run(['scripts/demo.mjs', ...args], { env: { HOME: process.env.HOME, TMPDIR: folder } });

describe('npm run demo -- --kill', () => {
  it('kills after a call and before a commit, and finds every promise kept', async () => {
    const points = ['after:kie.createTask', 'before:commit:order.charge'];
    const outcome = await demo('--scenario', 'happy', '--kill', points.join(), '--seed', '1', '--json');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const { results, ...totals } = lastLine<KillTotals & { results: KillResult[] }>(outcome);
    expect(totals).toMatchObject({ ok: true, runs: 2, delivered: 2, refunded: 0, drift: 0, nameless: [] });
    expect(results).toEqual(
      points.map((point, index) => ({
        point,
        seed: 1,
        run: index + 1,
        status: 'completed',
        failure_reason: null,
        balance: 1,
        // Also where the answer to createTask was lost: the callback brings the task back.
        paid_tasks: 1,
        sends: 1,
        audit_drift: 0,
        recovered_in_s: expect.any(Number) as number,
        ok: true,
      })),
    );
    const left = await readdir(folder);
    expect(left.filter((name) => name.startsWith('neurocards-sandbox-'))).toEqual([]);
  });
});
