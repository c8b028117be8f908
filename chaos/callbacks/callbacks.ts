import type { ProcessPlan } from '../../sandbox/separate-app.js';
import type { Experiment, ExperimentContext, FigureValue, Outcome } from '../experiment.js';
import { Customers } from '../system/customers.js';
import { readInvariantFacts } from '../system/invariant-facts.js';
import { findBrokenInvariants } from '../system/invariants.js';
import { PROCESSES, System } from '../system/system.js';
import { Buyers } from './buyers.js';
import { readCallbackFacts, withoutDropped, type CallbackFacts } from './facts.js';
import { Postman, type Posted } from './postman.js';
import { Sorter } from './sorter.js';
import { findBrokenCallbacks } from './verdict.js';

const SIZES = {
  ci: { payments: 40, people: 12, jobs: 4 },
  full: { payments: 1_000, people: 80, jobs: 100 },
} as const;

const SCALE = 6;
/** As many as are on their way at once. */
const AT_ONCE = 32;
const CUSTOMERS_AT_ONCE = 3;
const ORDERS_EACH = 2;
const VIDEO_TRUE_MS = { min: 6_000, max: 20_000 };
const HOUR_MS = 3_600_000;
const LATE_TRUE_MS = 48 * HOUR_MS;
const LATE_MS = 5_000;
const END_MS_MAX = 90_000;

/** Two processes take what comes from outside. */
const TWO_BOTS: readonly ProcessPlan[] = [
  { name: 'bot-1', roles: ['bot'] },
  { name: 'bot-2', roles: ['bot'] },
  ...PROCESSES.filter(({ roles }) => !roles.includes('bot')),
];

/** On the clock of payments two days are a few seconds, and our own looks come later than that: only what is told can bring credits. */
const PAYMENTS_ENV = {
  PAYMENT_REUSE_MS: onPaymentsClock((50 / 60) * HOUR_MS),
  // These are about calls that are really made, on a machine that may be busy: no answer may be given up for its sake.
  PAYMENT_KEY_LIFE_MS: String(5 * 60_000),
  YOOKASSA_TIMEOUT_MS: '10000',
  PAYMENT_CHECK_LIFE_MS: String(5 * 60_000),
  PAYMENT_CHECK_FIRST_MS: '10000',
  PAYMENT_CHECK_LONGEST_MS: '20000',
};

/** What others tell us, repeated, all at once, in any order, late. */
export const callbacks: Experiment = {
  name: 'callbacks',
  what: 'news of payments, refunds, Stars and videos comes up to a hundred times, 32 at once, in any order, up to two days late',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { payments, people, jobs } = SIZES[context.profile];
  const postman = new Postman({ atOnce: AT_ONCE, draw: context.draw(0) });
  const sorter = new Sorter(postman, { draw: context.draw(1), lateMs: LATE_MS });
  const system = await System.start(context, {
    ...{ scale: SCALE, appEnv: PAYMENTS_ENV, processes: TWO_BOTS },
    onCall: (call) => sorter.sortCall(call),
  });
  system.world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS, callback: 'never' } });
  // What happens is written down there, and told by the postman.
  system.world.yooKassa.configure({ notifications: { drop: true } });
  const buyers = new Buyers(system, {
    ...{ payments, people, draw: (n: number) => context.draw(1_000 + n) },
    onPending: (providerId) => sorter.tellTooSoon(providerId),
  });
  const customers = new Customers(system, {
    ...{ atOnce: CUSTOMERS_AT_ONCE, jobs, ordersEach: ORDERS_EACH },
    draw: (n) => context.draw(10_000 + n),
  });
  const posting = Promise.all([postman.work(system.url, system.over), sorter.work(system)]);
  context.guard(posting.then(() => new Promise<never>(() => undefined)));
  await Promise.all([buyers.shop(), customers.come()]);
  sorter.close();
  postman.close();
  await posting;
  context.tell(`${postman.posted.length} copies of news are answered`);
  return judge({ system, postman, sorter, buyers, customers, wanted: { payments } });
}

interface Played {
  system: System;
  postman: Postman;
  sorter: Sorter;
  buyers: Buyers;
  customers: Customers;
  wanted: { payments: number };
}

async function judge({ system, postman, sorter, buyers, customers, wanted }: Played): Promise<Outcome> {
  const { posted } = postman;
  const facts = await readInvariantFacts(system, await system.settle(END_MS_MAX));
  const made = Object.values(buyers.made).reduce((sum, count) => sum + count, 0);
  const callbackFacts = await readCallbackFacts(system.world, system.db, { wanted, made, posted });
  const broken = [
    ...buyers.lost,
    ...customers.lost,
    ...findBrokenInvariants(withoutDropped(facts, posted)),
    ...findBrokenCallbacks(callbackFacts),
  ];
  const about = (beginning: string) => posted.filter((one) => one.about.startsWith(beginning));
  return {
    figures: {
      'payments: by card, declined, paid before we knew their id, in Stars': Object.values(buyers.made).join(
        ', ',
      ),
      refunds: callbackFacts.refunds.length,
      'copies of news of money': about('yookassa ').length + moneyIn(callbackFacts),
      'copies of callbacks of KIE, of updates': `${about('kie ').length}, ${about('telegram ').length}`,
      'most copies of one, on average': repeatsOf(about('yookassa ')),
      'payments told of two days late': sorter.late,
      'on their way at once, at most': postman.onTheWayMax,
      'answered, ms': spreadMsOf(posted),
      'not answered 2xx at first': posted.filter(({ tries }) => tries > 1).length,
      'payments found by whom': callbackFacts.foundBy,
      'purchases that somebody began again': buyers.repeated,
      videos: facts.jobs.length,
      updates: facts.updates.updates.length,
      'audit: rows, drift': `${facts.audit.rows_checked}, ${facts.audit.drift}`,
    },
    broken,
  };
}

function moneyIn({ inbox }: CallbackFacts): number {
  return inbox.reduce((sum, { provider, times }) => sum + (provider === 'telegram_stars' ? times : 0), 0);
}

function repeatsOf(posted: readonly Posted[]): string {
  const counts = new Map<string, number>();
  for (const { about } of posted) counts.set(about, (counts.get(about) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return `${most}, ${(posted.length / Math.max(1, counts.size)).toFixed(1)}`;
}

function spreadMsOf(posted: readonly Posted[]): FigureValue {
  const sorted = posted.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), longest: at(1) };
}

function onPaymentsClock(trueMs: number): string {
  return String(Math.round((trueMs * LATE_MS) / LATE_TRUE_MS));
}
