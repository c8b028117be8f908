import { until } from '../sandbox/until.js';
import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import { Customers } from './system/customers.js';
import { ProcessKiller } from './system/process-killer.js';
import { playRounds } from './system/rounds.js';
import { System, TAP_LIFE_MS } from './system/system.js';
import { Tappers } from './system/tappers.js';
import { isGood } from './system/update-log.js';
import { spreadOf } from './tell.js';

const SIZES = {
  ci: { rounds: 1, kills: 5, jobs: 12, updates: 500, tappers: 10 },
  full: { rounds: 5, kills: 20, jobs: 60, updates: 2_000, tappers: 30 },
} as const;

const SCALE = 6;
const CUSTOMERS = 6;
/** Where the numbers of tappers begin; customers have those below. */
const TAPPER_STREAMS = 500;
const ORDERS_EACH = 3;
const BUYER_SHARE = 0.5;
const PAUSE_MS = { min: 500, max: 2_500 };
/** In which as many updates of one round come as are wanted. */
const UPDATES_MS_MAX = 20 * 60_000;
const VIDEO_TRUE_MS = { min: 6_000, max: 18_000 };
/** Updates that come twice although they were answered. */
const COPIED_UPDATES = 50;
/** Nobody here taps too much, and a chat that a dead process holds is free again soon: others wait for connections meanwhile. */
const APP_ENV = {
  PERSON_EVENTS_MAX: '10000',
  TELEGRAM_TIMEOUT_MS: '3000',
  YOOKASSA_TIMEOUT_MS: '3000',
  SESSION_LEASE_MS: '6000',
};

/** The only process that takes updates is killed while they come. */
export const botKill: Experiment = {
  name: 'bot-kill',
  what: 'the only process that takes updates is killed with SIGKILL while people tap, order and pay; Telegram sends again what was not answered',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, kills, jobs, updates, tappers: atOnce } = SIZES[context.profile];
  const system = await System.start(context, { scale: SCALE, appEnv: APP_ENV, patienceMs: TAP_LIFE_MS });
  system.world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  const downMs: number[] = [];
  const { broken, figures, facts } = await playRounds(
    context,
    system,
    { rounds },
    async ({ number, draw }) => {
      const killer = new ProcessKiller(system, {
        names: ['bot'],
        kills,
        pauseMs: PAUSE_MS,
        draw: draw(0),
      });
      const customers = new Customers(system, {
        ...{ atOnce: CUSTOMERS, jobs, ordersEach: ORDERS_EACH, buyerShare: BUYER_SHARE, draw },
      });
      const tappers = new Tappers(system, { atOnce, draw: (stream) => draw(TAPPER_STREAMS + stream) });
      system.world.telegram.duplicateNext(COPIED_UPDATES);
      const tapping = tappers.come();
      // Whoever fails first is heard; the others after the experiment must not end the run.
      tapping.catch(() => undefined);
      const wanted = updates * (number + 1);
      const enough = () => system.over.aborted || system.updates.list().length >= wanted;
      await Promise.all([
        ...[customers.come(), killer.killAll()],
        until(`${wanted} updates`, enough, { timeoutMs: UPDATES_MS_MAX }),
      ]);
      tappers.end();
      await tapping;
      downMs.push(...killer.downMs);
      return { broken: [...customers.lost, ...tappers.lost], lostAnswersAtMs: killer.killedAtMs };
    },
  );
  const deliveries = facts.updates.updates.flatMap((update) => update.deliveries);
  return {
    figures: {
      kills: downMs.length,
      'ready again, s': spreadOf(downMs),
      'deliveries of updates: all, not answered 2xx': `${deliveries.length}, ${deliveries.filter(({ status }) => !isGood(status)).length}`,
      'bills paid': facts.payments.remote.filter(({ status }) => status === 'succeeded').length,
      ...figures,
    },
    broken,
  };
}
