import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Experiment, ExperimentContext, Outcome } from '../experiment.js';
import type { LogLine } from '../system/app-log.js';
import { Customers } from '../system/customers.js';
import { readInvariantFacts, type InvariantFacts } from '../system/invariant-facts.js';
import { findBrokenInvariants } from '../system/invariants.js';
import { System } from '../system/system.js';
import { bringIn, CREDITS_IN_THE_END, endHonestly, type Cast } from './cast.js';
import { findBrokenForgery, type Attempt, type ForgedAnswer, type Forgery } from './forgery.js';
import { KIE_HMAC_KEY, KieForgeries, TelegramForgeries } from './other-forgeries.js';
import { findMoved, readTill } from './till.js';
import { YooKassaForgeries } from './yookassa-forgeries.js';

const SIZES = { ci: { attempts: 5, victims: 3 }, full: { attempts: 100, victims: 8 } } as const;

const SCALE = 6;
const AT_ONCE = 4;
const VIDEO_TRUE_MS = { min: 6_000, max: 20_000 };
const HONEST = { atOnce: 2, jobs: 4, ordersEach: 1, buyerShare: 1 };
const TRACE_MS_MAX = 30_000;
const LOOK_MS = 100;
const END_MS_MAX = 90_000;
/** Streams of one group of customers. */
const GROUP_STREAMS = 100;

/**
 * Videos of those who are robbed are in the making all the while. Looks of our own come later than all of it, so that what YooKassa is told
 * to answer meets the notification that it is meant for.
 */
const APP_ENV = {
  KIE_WEBHOOK_HMAC_KEY: KIE_HMAC_KEY,
  JOB_DEADLINE_MS: String(20 * 60_000),
  KIE_TASK_DEADLINE_MS: String(15 * 60_000),
  PAYMENT_CHECK_FIRST_MS: String(20 * 60_000),
  PAYMENT_CHECK_LONGEST_MS: String(20 * 60_000),
};

/** What forgeries are logged as, where they call for a person. */
const FORGERIES_LOGGED = [
  'A paid payment is not what was sold: not credited',
  'A payment that names ours is another one',
];

/** Everything that a stranger can send, while honest people go on. */
export const forged: Experiment = {
  name: 'forged',
  what: 'every class of forged payment, of KIE and of Telegram is sent again and again, while honest people order and buy',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { attempts, victims } = SIZES[context.profile];
  const system = await System.start(context, { scale: SCALE, appEnv: APP_ENV });
  system.world.kie.configure({ hmacKey: KIE_HMAC_KEY, defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  const cast = await bringIn(system, victims);
  const honest = new HonestPeople(system, context);
  const forgers = new Forgers(system, cast, attempts);
  const trading = honest.trade();
  context.guard(trading.then(() => new Promise<never>(() => undefined)));
  const broken: string[] = [];
  for (const forgery of forgeriesOf(system, cast)) {
    const found = await forgers.play(forgery);
    broken.push(...found);
    context.tell(`${forgery.name}: ${found[0] ?? 'nothing moved'}`);
  }
  honest.close();
  await trading;
  broken.push(...honest.lost, ...(await endOf(system, cast, forgers)));
  const facts = await readInvariantFacts(system, []);
  const isExpectedError = ({ msg }: LogLine) => FORGERIES_LOGGED.includes(msg);
  broken.push(...findBrokenInvariants(ofOurs(facts), { isExpectedError }));
  return { figures: { ...forgers.figures(), ...honest.figures(), ...auditOf(facts) }, broken };
}

function forgeriesOf(system: System, cast: Cast): Forgery[] {
  return [
    ...new YooKassaForgeries(system, cast).all(),
    ...new KieForgeries(system, cast).all(),
    ...new TelegramForgeries(system, cast).all(),
  ];
}

/** Bills and videos come to their honest end, everything forged is told once more, and everybody has what is theirs. */
async function endOf(system: System, cast: Cast, forgers: Forgers): Promise<string[]> {
  await endHonestly(cast, system);
  await forgers.repeatClaims();
  const open = await system.settle(END_MS_MAX);
  const ends = cast.victims.map(async ({ stage }) => {
    const credits = await stage.balance();
    return credits === CREDITS_IN_THE_END
      ? []
      : [`I8: person ${stage.person.id} has ${credits} credits in the end instead of ${CREDITS_IN_THE_END}`];
  });
  return [...open.map((what) => `I3: ${what} not over in the end`), ...(await Promise.all(ends)).flat()];
}

/** Without what other programs and shops were paid, which names rows of ours and is none of them. */
function ofOurs(facts: InvariantFacts): InvariantFacts {
  const { payments } = facts;
  const ids = new Set(payments.rows.map((row) => row.provider_payment_id));
  return { ...facts, payments: { ...payments, remote: payments.remote.filter(({ id }) => ids.has(id)) } };
}

function auditOf({ audit, jobs }: InvariantFacts): Outcome['figures'] {
  return { videos: jobs.length, 'audit: rows, drift': `${audit.rows_checked}, ${audit.drift}` };
}

/** Customers who order and buy until it is over. */
class HonestPeople {
  readonly lost: string[] = [];
  private readonly groups: Customers[] = [];
  private isClosed = false;

  constructor(
    private readonly system: System,
    private readonly context: ExperimentContext,
  ) {}

  /** One group after the other. */
  async trade(): Promise<void> {
    while (!this.isClosed && !this.system.over.aborted) {
      const first = this.groups.length * GROUP_STREAMS;
      const group = new Customers(this.system, {
        ...HONEST,
        draw: (stream) => this.context.draw(first + stream),
      });
      this.groups.push(group);
      await group.come();
      this.lost.push(...group.lost);
    }
  }

  close(): void {
    this.isClosed = true;
  }

  figures(): Outcome['figures'] {
    const sum = (of: (group: Customers) => number) => this.groups.reduce((total, one) => total + of(one), 0);
    return {
      'honest meanwhile: people, videos, bills': [
        sum((g) => g.people),
        sum((g) => g.jobs),
        sum((g) => g.bills),
      ].join(', '),
    };
  }
}

/** Those who forge, and who looks at what came of it. */
class Forgers {
  private sent = 0;
  private classes = 0;
  private readonly answers = new Map<ForgedAnswer, number>();
  private readonly stored = new Map<string, { forgery: Forgery; number: number }>();

  constructor(
    private readonly system: System,
    private readonly cast: Cast,
    private readonly attempts: number,
  ) {}

  /** All attempts of one class, some at once. Returns what is not as it must be. */
  async play(forgery: Forgery): Promise<string[]> {
    const personIds = this.personIds();
    const before = await readTill(this.system, personIds);
    const linesBefore = await this.countLines(forgery);
    const made: Attempt[] = [];
    let next = 0;
    const lane = async () => {
      for (let number = next++; number < this.attempts && !this.system.over.aborted; number = next++) {
        const attempt = await forgery.attempt(number);
        made.push(attempt);
        if (forgery.trace?.kind === 'inbox' && forgery.trace.outcome === null && attempt.named)
          this.stored.set(`${attempt.named.event} ${attempt.named.objectId}`, { forgery, number });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    const found = await this.awaitTraces(forgery, made, linesBefore);
    await this.callbacksLookedAt();
    const moved = findMoved(before, await readTill(this.system, personIds));
    this.sent += made.length;
    this.classes += 1;
    for (const { answer } of made) this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    const traces = forgery.trace && { found, wanted: this.attempts };
    const { name, answers: wanted } = forgery;
    return findBrokenForgery({ name, wanted, moved, traces, answers: countAnswers(made) });
  }

  /** What waits for the provider's word is told again, now that there is one. */
  async repeatClaims(): Promise<void> {
    for (const { forgery, number } of this.stored.values()) await forgery.attempt(number);
  }

  figures(): Outcome['figures'] {
    return {
      'classes, forged calls': `${this.classes}, ${this.sent}`,
      answered: Object.fromEntries([...this.answers].map(([answer, count]) => [String(answer), count])),
      'people robbed': this.cast.victims.length,
    };
  }

  private personIds(): number[] {
    const stages = [...this.cast.victims.map(({ stage }) => stage), ...this.cast.forgers];
    return stages.map(({ person }) => person.id);
  }

  /** Waits for the traces that are promised. Returns how many there are. */
  private async awaitTraces(
    forgery: Forgery,
    made: readonly Attempt[],
    linesBefore: number,
  ): Promise<number> {
    const deadline = performance.now() + TRACE_MS_MAX;
    for (;;) {
      const found =
        forgery.trace?.kind === 'inbox'
          ? await this.countKept(made, forgery.trace.outcome)
          : (await this.countLines(forgery)) - linesBefore;
      if (!forgery.trace || found >= this.attempts || performance.now() > deadline) return found;
      await pause(LOOK_MS);
    }
  }

  /** How often these were kept, as far as they ended so; what waits has been looked at. */
  private async countKept(made: readonly Attempt[], outcome: string | null): Promise<number> {
    const named = made.flatMap((attempt) => attempt.named ?? []);
    const [row] = await this.system.db.query<{ n: number }[]>(
      `select coalesce(sum(times), 0)::int as n from payment_notifications
        where (event, object_id) in (select * from unnest($1::text[], $2::text[]))
          and outcome is not distinct from $3 and (outcome is not null or checks > 0)`,
      [named.map(({ event }) => event), named.map(({ objectId }) => objectId), outcome],
    );
    return row?.n ?? 0;
  }

  private async countLines({ trace }: Forgery): Promise<number> {
    if (trace?.kind !== 'log') return 0;
    const texts = await Promise.all(
      this.system.sandbox.logFiles.map((file) => readFile(file, 'utf8').catch(() => '')),
    );
    return texts.reduce((sum, text) => sum + text.split(`"msg":"${trace.msg}"`).length - 1, 0);
  }

  private async callbacksLookedAt(): Promise<void> {
    const deadline = performance.now() + TRACE_MS_MAX;
    for (;;) {
      const [row] = await this.system.db.query<{ n: number }[]>(
        'select count(*)::int as n from kie_callbacks where check_at <= clock_timestamp()',
      );
      if (row?.n === 0 || performance.now() > deadline) return;
      await pause(LOOK_MS);
    }
  }
}

function countAnswers(made: readonly Attempt[]): Map<ForgedAnswer, number> {
  const counts = new Map<ForgedAnswer, number>();
  for (const { answer } of made) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
}
