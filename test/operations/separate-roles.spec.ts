import { beforeAll, describe, expect, it } from 'vitest';
import { STORIES } from '../../sandbox/demo/stories/index.js';
import type { RoleKills } from '../../sandbox/kill/role-killer.js';
import { ROLES } from '../../src/platform/index.js';
import { build, lastLine, run } from '../process/programs.js';
import { describeWithRedis, RedisServer } from '../queues/redis-server.js';

/** What `--json` prints, as far as it is looked at here. */
interface Report {
  ok: boolean;
  scenarios: { name: string; ok: boolean; problem?: string }[];
  audit: { drift: number };
  kills: RoleKills[];
}

/** An order to its end, one that fails, a purchase, and what crosses from one role to another. */
const FEW_STORIES = ['happy', 'moderation', 'payment', 'send-recovers'];
const KILLS_EACH_MIN = 2;
/** All stories wait for deadlines and for restarts; a busy machine takes some minutes. */
const TIMEOUT_MS = 15 * 60_000;

beforeAll(build);

function play(env: Record<string, string>, ...args: string[]) {
  return run(['scripts/demo.mjs', '--roles', 'separate', '--json', ...args], {
    env: { HOME: process.env.HOME, ...env },
  });
}

const problemsOf = ({ scenarios }: Report) =>
  scenarios.filter(({ ok }) => !ok).map(({ name, problem }) => `${name}: ${problem}`);

describeWithRedis('four processes, one for each role, on one PostgreSQL and one Redis', () => {
  it(
    'play every story while each of them is killed and started again in turn',
    async () => {
      const redis = await RedisServer.start();
      try {
        const outcome = await play(
          { REDIS_URL: redis.url },
          '--scenario',
          'all',
          '--kill',
          'each',
          '--seed',
          '1',
        );
        const report = lastLine<Report>(outcome);
        expect(problemsOf(report)).toEqual([]);
        expect(outcome).toMatchObject({ code: 0, stderr: '' });
        expect(report.scenarios.map(({ name }) => name)).toEqual(STORIES.map(({ name }) => name));
        expect(report.audit.drift).toBe(0);
        expect(report.kills.map(({ role }) => role)).toEqual(ROLES);
        for (const { kills, readyAfterS } of report.kills) {
          expect(kills).toBeGreaterThanOrEqual(KILLS_EACH_MIN);
          expect(readyAfterS).toHaveLength(kills);
        }
      } finally {
        await redis.kill();
      }
    },
    TIMEOUT_MS,
  );
});

describe('four processes, one for each role, on one PostgreSQL', () => {
  it(
    'play some stories with the queues there',
    async () => {
      const outcome = await play({}, '--scenario', FEW_STORIES.join());
      const report = lastLine<Report>(outcome);
      expect(problemsOf(report)).toEqual([]);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toMatch(/one process for each role, queues on PostgreSQL/);
      expect(report.audit.drift).toBe(0);
    },
    TIMEOUT_MS,
  );
});
