import { beforeAll, describe, expect, it } from 'vitest';
import type { Figures } from '../../chaos/restarts/report.js';
import { build, lastLine, run } from '../process/programs.js';
import { hasRedisServer, RedisServer } from '../queues/redis-server.js';

/** In which a process must be gone after SIGTERM: its supervisor gives it 30 s. */
const EXIT_MS_MAX = 25_000;
/** A busy machine takes some minutes. */
const TIMEOUT_MS = 10 * 60_000;

beforeAll(build);

const restarts = (env: Record<string, string>, ...args: string[]) =>
  run(['scripts/program.mjs', 'chaos', 'restarts', ...args], { env: { HOME: process.env.HOME, ...env } });

describe('npm run chaos:restarts', () => {
  it(
    'ends each of seven processes with SIGTERM under load: 0 in time, no update lost, no job failed, no send cut',
    async () => {
      const redis = hasRedisServer() ? await RedisServer.start() : null;
      try {
        const outcome = await restarts(redis ? { REDIS_URL: redis.url } : {}, '--json', '--seed', '1');
        const report = lastLine<Figures & { ok: boolean; broken: string[] }>(outcome);
        expect(report.broken).toEqual([]);
        expect(outcome).toMatchObject({ code: 0, stderr: '' });
        expect(report.restarts.map(({ name }) => name).sort()).toEqual([
          ...['bot-1', 'bot-2', 'console', 'scheduler-1', 'scheduler-2', 'worker-1', 'worker-2'],
        ]);
        for (const { exitCode, exitMs } of report.restarts) {
          expect(exitCode).toBe(0);
          expect(exitMs).toBeLessThan(EXIT_MS_MAX);
        }
        // Whoever has something in hand says that it is not ready while it still answers.
        const worker = report.restarts.find(({ finished }) => finished.videos > 0);
        expect(worker?.redAfterMs).toBeLessThan(worker?.exitMs ?? 0);
        expect(report.audit_drift).toBe(0);
        expect(report.videos).toBe(report.jobs);
      } finally {
        await redis?.kill();
      }
    },
    TIMEOUT_MS,
  );

  it('says how it is called', async () => {
    const outcome = await restarts({}, '--rounds', '0');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(
      /^--rounds takes a whole number from 1 to 100, not "0"\.\n\nnpm run chaos:restarts/,
    );
  });
});
