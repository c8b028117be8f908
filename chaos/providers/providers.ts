import { FakeOpenAi, SANDBOX_OPENAI_KEY } from '../../sandbox/openai/index.js';
import type { SandboxEnv } from '../../sandbox/outside-world.js';
import type { Experiment, ExperimentContext, Outcome } from '../experiment.js';
import { readInvariantFacts, type InvariantFacts } from '../system/invariant-facts.js';
import { findBrokenInvariants } from '../system/invariants.js';
import { System } from '../system/system.js';
import type { FaultClass, Provider } from './fault-class.js';
import { countCustomers, countKinds } from './kinds.js';
import { MATRIX } from './matrix.js';
import { OutsideWatch } from './outside-watch.js';
import { readResults, type Found } from './results.js';
import { describeLine, findBrokenResults, findMissingAlarms } from './verdict.js';
import { Visit, type Town } from './visit.js';
import { Waits } from './waits.js';

/**
 * Rounds, and how many customers meet each class, and each kind of classes, in one of them. `atOnce`: visits at the same time, of two kinds; more
 * of many would be slower, for the machine had no time left, and calls were over before their answers came.
 */
const SIZES = {
  ci: { rounds: 1, each: 1, ofKind: 1, atOnce: 40 },
  full: { rounds: 2, each: 2, ofKind: 25, atOnce: 15 },
} as const;

const SCALE = 20;
const VIDEO_TRUE_MS = { min: 15_000, max: 40_000 };
const PROVIDERS: readonly Provider[] = ['KIE', 'Telegram', 'OpenAI', 'YooKassa'];

/** Limits that many people at once would meet, and a video that is too big without so many bytes. */
const APP_ENV: SandboxEnv = {
  TELEGRAM_SENDS_PER_SECOND_MAX: '200',
  YOOKASSA_RECEIPTS: 'on',
  YOOKASSA_VAT_CODE: '1',
  YOOKASSA_TIMEOUT_MS: '3000',
  VIDEO_BYTES_MAX: String(8 * 1024 * 1024),
  OPENAI_FALLBACK_API_KEY: SANDBOX_OPENAI_KEY,
  OPENAI_FALLBACK_MODEL: 'another/model',
};

/** What was seen so far. */
interface Played {
  found: readonly Found[];
  facts: InvariantFacts | null;
  broken: readonly string[];
}

/** Each provider fails in every way that is known. */
export const providers: Experiment = {
  name: 'providers',
  what: 'KIE, Telegram, OpenAI and YooKassa fail in every way that is known, each for people of its own',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, atOnce, ...size } = SIZES[context.profile];
  const town = await build(context);
  const visits: Visit[] = [];
  let played: Played = { found: [], broken: [], facts: null };
  for (let round = 0; round < rounds; round++) {
    visits.push(
      ...(await playRound({ town, atOnce, draw: context.draw(round) }, countCustomers(MATRIX, size))),
    );
    played = await judge(town, visits);
    context.tell(`round ${round + 1}: ${visits.length} customers, ${played.broken.length} broken`);
    if (played.broken.length > 0) break;
  }
  return { figures: figuresOf(played), broken: played.broken };
}

/** Every class is met by as many customers as there are for it. */
async function playRound(
  { town, atOnce, draw }: { town: Town; atOnce: number; draw: () => number },
  customers: ReadonlyMap<FaultClass, number>,
): Promise<Visit[]> {
  const visits: Visit[] = [];
  const begin = (fault: FaultClass): Visit[] => {
    const begun = Array.from({ length: customers.get(fault) ?? 0 }, () => new Visit(town, fault));
    visits.push(...begun);
    return begun;
  };
  const inTurn = async (changes: FaultClass['changes']) => {
    for (const fault of MATRIX.filter((one) => one.changes === changes)) {
      const begun = begin(fault);
      for (const visits of fault.alone ? begun.map((visit) => [visit]) : [begun]) {
        // All of them: who comes when nobody makes videos any more is turned away by the bot.
        await makeAll(visits, visits.length);
        await heal(town.system, changes);
      }
    }
  };
  const ofNobodyElse = MATRIX.filter(({ changes }) => changes === undefined);
  const ofPrompts = ofNobodyElse.filter(({ provider }) => provider === 'OpenAI');
  const others = ofNobodyElse.filter(({ provider }) => provider !== 'OpenAI');
  await Promise.all([
    makeAll(shuffle(others.flatMap(begin), draw), atOnce),
    makeAll(ofPrompts.flatMap(begin), atOnce).then(() => inTurn('prompts')),
  ]);
  await Promise.all([inTurn('keys'), inTurn('models')]);
  await inTurn('everything');
  return visits;
}

/** What came of all visits so far, when everything is over. */
async function judge({ system }: Town, visits: readonly Visit[]): Promise<Played> {
  const facts = await readInvariantFacts(system, await system.settle());
  const found = await readResults(system, visits);
  const alarms = MATRIX.flatMap(({ alarms: must = [], mayAlarm = [] }) => [...must, ...mayAlarm]);
  const completed = facts.jobs.filter(({ status }) => status === 'completed').length;
  const repeated = sumOf(found, ({ must }) => (must.kind === 'video' ? must.videos - 1 : 0));
  const unnoticed = new Set(visits.flatMap(({ scene }) => scene.unnoticed));
  const notifications = facts.payments.notifications.filter(({ objectId }) => !unnoticed.has(objectId));
  const broken = [
    ...findBrokenResults(found),
    ...findMissingAlarms(MATRIX, facts.logs.errors),
    ...findBrokenInvariants(
      { ...facts, payments: { ...facts.payments, notifications } },
      {
        isExpectedError: (line) => alarms.some((alarm) => alarm.test(describeLine(line))),
        // The matrix says how often each video may come.
        repeatedShareMax: repeated / Math.max(1, completed),
      },
    ),
  ];
  return { found, facts, broken };
}

async function build(context: ExperimentContext): Promise<Town> {
  const fallback = new FakeOpenAi({ persona: 'compatible', latencyTrueMs: { min: 20, max: 80 } });
  await fallback.start();
  context.ending(() => fallback.stop());
  const system = await System.start(context, {
    scale: SCALE,
    appEnv: { ...APP_ENV, OPENAI_FALLBACK_BASE_URL: `${fallback.url}/v1` },
  });
  const { kie, yooKassa } = system.world;
  kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  yooKassa.configure({ receipts: 'required' });
  const waits = new Waits(system.db);
  context.guard(failing(waits.look()));
  context.ending(() => Promise.resolve(waits.end()));
  return { system, waits, watch: new OutsideWatch(system.world), fallback };
}

/** So many visits at a time, until all are made. */
async function makeAll(visits: readonly Visit[], atOnce: number): Promise<void> {
  const left = [...visits];
  const lane = async (): Promise<void> => {
    for (let visit = left.shift(); visit; visit = left.shift()) {
      await visit.make();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Providers are healthy again: what the application leaves alone for a while is asked again. */
async function heal({ db }: System, changes: FaultClass['changes']): Promise<void> {
  const isAll = changes === 'everything';
  if (isAll || changes === 'keys') await db.query('delete from kie_parked_keys');
  if (isAll || changes === 'models') await db.query(`delete from breakers where name like 'kie-model:%'`);
  if (isAll || changes === 'prompts')
    await db.query(`delete from breakers where name not like 'kie-model:%'`);
}

function figuresOf({ found, facts }: Played): Outcome['figures'] {
  if (!facts) return {};
  const kinds = new Map<string, number>();
  for (const { result } of found) {
    const kind = result?.kind ?? 'unforeseen';
    kinds.set(kind.replaceAll('_', ' '), (kinds.get(kind.replaceAll('_', ' ')) ?? 0) + 1);
  }
  const { jobs, payments, audit, updates } = facts;
  return {
    classes: Object.fromEntries(
      PROVIDERS.map((provider) => [provider, MATRIX.filter((fault) => fault.provider === provider).length]),
    ),
    'kinds: call and what must come of it': countKinds(MATRIX).size,
    customers: found.length,
    'what came of it': Object.fromEntries(kinds),
    'paid tasks': sumOf(jobs, ({ paidTasks }) => paidTasks),
    sends: sumOf(jobs, ({ deliveryAttempts }) => deliveryAttempts),
    'credits given back': sumOf(jobs, ({ refunded }) => refunded),
    'videos that came twice': found.filter(({ result }) => result?.kind === 'video' && result.videos > 1)
      .length,
    payments: payments.rows.length,
    updates: updates.updates.length,
    'audit: rows, drift': `${audit.rows_checked}, ${audit.drift}`,
  };
}

/** As what only ever fails. */
async function failing(work: Promise<void>): Promise<never> {
  await work;
  return new Promise<never>(() => undefined);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** Another order for every seed. */
function shuffle<T>(items: readonly T[], draw: () => number): T[] {
  return items
    .map((item) => ({ item, place: draw() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
