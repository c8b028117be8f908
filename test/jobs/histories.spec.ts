import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play, type History } from './histories/play.js';
import { HistoryWorld } from './histories/history-world.js';

/** `npm run histories` plays 5,000 of them, which takes some minutes; each `npm test` some. */
const HISTORIES = Number(process.env['HISTORIES'] ?? 120);
/** Histories at a time, each in a database of its own. */
const WORLDS = 4;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Counted with the search for the smallest history that fails. */
const TIME_MAX_MS = 30 * MINUTE_MS;

const n = fc.nat(7);
const killAt = fc.option(fc.integer({ min: 1, max: 24 }), { freq: 3 });
const jump = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(SECOND_MS, 6 * SECOND_MS, 11 * SECOND_MS, 35 * SECOND_MS) },
  { weight: 1, arbitrary: fc.constantFrom(4 * MINUTE_MS, 11 * MINUTE_MS, 26 * MINUTE_MS, 130 * MINUTE_MS) },
);
const event: fc.Arbitrary<History['events'][number]> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('ring' as const), n, killAt }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ring_twice' as const), n, killAt }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ring_all' as const), killAt }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), n }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: jump }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cron' as const), killAt }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('task_ends' as const),
      n,
      failure: fc.constantFrom(null, null, null, 'busy' as const, 'paused' as const, 'moderation' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('callback' as const),
      n,
      claim: fc.constantFrom('own' as const, 'other' as const, 'none' as const),
      killAt,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'blocks' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('returns' as const), killAt }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), n, killAt }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('operator' as const),
      does: fc.constantFrom('fail' as const, 'sendAgain' as const, 'sendAgain' as const),
      n,
      killAt,
    }),
  },
);
const history: fc.Arbitrary<History> = fc.record({
  seed: fc.nat(),
  count: fc.constantFrom(1, 1, 1, 2),
  killAt,
  events: fc.array(event, { minLength: 1, maxLength: 14 }),
  tasksEnd: fc.constantFrom(
    'in_time' as const,
    'in_time' as const,
    'in_time' as const,
    'late' as const,
    'never' as const,
  ),
  calm: fc.boolean(),
  personReturns: fc.boolean(),
  sentAgain: fc.constantFrom(true, false, false),
});

/** The ends that so many histories come to; were one missing, they would not be as random as they claim. The rare ones last. */
const ENDS = [
  'completed',
  'completed, parked',
  'failed generation_timeout',
  'failed generation_timeout, presented',
  'failed cancelled',
  'failed moderation_text',
  'failed queue_expired',
  'completed, was parked',
  'failed send_failed',
  'failed stuck',
  'failed temporary',
];
const COMMON_ENDS = 5;
const MANY = 1_000;

describe('any history', () => {
  const worlds: HistoryWorld[] = [];

  beforeAll(async () => {
    for (let i = 0; i < WORLDS; i++) worlds.push(await HistoryWorld.open());
  });

  afterAll(async () => {
    for (const world of worlds) await world.close();
  });

  it(
    `of reports, callbacks, polls, kills and clock jumps ends with the video or the credit: ${HISTORIES} of them`,
    async () => {
      const ends = new Set<string>();
      let played = 0;
      const playOne = (world: HistoryWorld) =>
        fc.asyncProperty(history, async (one) => {
          const { problems, outcome } = await play(world, one);
          for (const end of outcome) ends.add(end);
          played += 1;
          expect(problems).toEqual([]);
        });
      await Promise.all(
        worlds.map((world) =>
          fc.assert(playOne(world), {
            // fast-check runs a fraction of a run for ever.
            numRuns: Math.ceil(HISTORIES / WORLDS),
            interruptAfterTimeLimit: TIME_MAX_MS,
            markInterruptAsFailure: true,
            // The search for the smallest one takes minutes: seed and path are enough to find it again.
            endOnFailure: true,
          }),
        ),
      );
      expect(played).toBeGreaterThanOrEqual(HISTORIES);
      const rare = HISTORIES < MANY ? ENDS.slice(COMMON_ENDS) : [];
      expect(ENDS.filter((end) => !ends.has(end) && !rare.includes(end))).toEqual([]);
      for (const world of worlds) expect((await world.audit()).problems).toEqual([]);
    },
    TIME_MAX_MS + MINUTE_MS,
  );
});
