import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import { creditedAfterMs } from './payments/facts.js';
import { Crowd } from './payments/shoppers.js';
import { Customers } from './system/customers.js';
import { PostgresKiller } from './system/postgres-killer.js';
import { playRounds } from './system/rounds.js';
import { System, TAP_LIFE_MS } from './system/system.js';
import { spreadOf, tally } from './tell.js';

const SIZES = {
  // In a few jobs a single repeated video is more than one in a hundred.
  ci: { rounds: 1, kills: 4, jobs: 30, payments: 24, shoppers: 24, repeatedShareMax: 0.1 },
  full: { rounds: 2, kills: 30, jobs: 1_000, payments: 1_000, shoppers: 60, repeatedShareMax: 0.01 },
} as const;

const SCALE = 12;
const CUSTOMERS = 15;
const ORDERS_EACH = 4;
const KILL_EVERY_MS = { min: 5_000, max: 10_000 };
const VIDEO_TRUE_MS = { min: 12_000, max: 60_000 };
/** Each notification is sent so often, all of them at once. */
const COPIES = 3;
const SHOPPING_MS_MAX = 20 * 60_000;

/** PostgreSQL dies on and on, and comes back each time. */
export const postgresRestart: Experiment = {
  name: 'postgres-restart',
  what: 'PostgreSQL is killed with SIGKILL every 5 to 10 s and recovers, while people order and pay; each notification comes three times at once',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, kills, jobs, payments, shoppers, repeatedShareMax } = SIZES[context.profile];
  const killer = await PostgresKiller.start({ everyMs: KILL_EVERY_MS, draw: context.draw(0) });
  context.ending(() => killer.stop());
  context.guard(killer.failed);
  const system = await System.start(context, {
    ...{ scale: SCALE, databaseUrl: killer.url, patienceMs: TAP_LIFE_MS },
  });
  const { kie, yooKassa } = system.world;
  kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  yooKassa.configure({ notifications: { copies: COPIES, parallel: COPIES } });
  const { broken, figures, facts } = await playRounds(
    context,
    system,
    { rounds, repeatedShareMax },
    async ({ number, draw }) => {
      const customers = new Customers(system, { atOnce: CUSTOMERS, jobs, ordersEach: ORDERS_EACH, draw });
      const crowd = new Crowd(system.world, {
        payments,
        people: shoppers,
        seed: context.seed * 100 + number,
      });
      const before = killer.killedAtMs.length;
      killer.begin();
      await Promise.all([
        customers.come(),
        crowd.shop(AbortSignal.any([AbortSignal.timeout(SHOPPING_MS_MAX), system.over])),
        killer.reach(before + kills),
      ]);
      await killer.rest();
      const { opened, paid, declined } = crowd.trade;
      context.tell(
        `${killer.downMs.length} kills, ${opened} bills opened, ${paid} paid, ${declined} declined`,
      );
      const lostAnswersAtMs = killer.killedAtMs.slice(before);
      const missing = opened < payments ? [`${opened} bills were opened instead of ${payments}`] : [];
      return { broken: [...customers.lost, ...missing], lostAnswersAtMs };
    },
  );
  const attempts = facts.payments.notifications.flatMap((notification) => notification.attempts);
  return {
    figures: {
      kills: killer.downMs.length,
      'down, s': spreadOf(killer.downMs),
      payments: tally(facts.payments.remote.map(({ status }) => status)),
      purchases: facts.payments.purchases.length,
      'notifications: attempts, answered 200': `${attempts.length}, ${attempts.filter(({ status }) => status === 200).length}`,
      'credited after paid, s': spreadOf(creditedAfterMs(facts.payments)),
      ...figures,
    },
    broken,
  };
}
