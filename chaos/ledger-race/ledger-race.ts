import { percentileOf } from '../../bench/measurement.js';
import type { Experiment, ExperimentContext, Outcome } from '../experiment.js';
import { seconds } from '../tell.js';
import { Clashes, SOLD, type Holdings } from './clashes.js';
import { readLedger, type LedgerFacts } from './facts.js';
import type { Done, Operation } from './operations.types.js';
import { startRaceSystem, type RaceSystem } from './race-system.js';
import { StartingGun } from './starting-gun.js';
import { findBrokenLedger } from './verdict.js';
import { Writers } from './writers.js';

const SIZES = { ci: { rounds: 2, starts: 20 }, full: { rounds: 10, starts: 25 } } as const;

const WRITERS = 20;
const PEOPLE = 80;
const WELCOME_CREDITS = 2;
/** Ids of people whom no other program knows. */
const FIRST_TG_USER_ID = 7_000_000_001;
/** How many starts go by no gun: then writers also meet before the first lock. */
const FREE_SHARE = 0.3;
const PENDING_PAYMENTS_MIN = 2;

/** Charges, refunds, purchases and gifts of the same people at the same instant. */
export const ledgerRace: Experiment = {
  name: 'ledger-race',
  what: 'twenty writers charge and give back the credits of eighty people, the same ones at the same instant',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, starts } = SIZES[context.profile];
  const race = new Race(await startRaceSystem(context, { writers: WRITERS }));
  await race.register();
  const broken: string[] = [];
  let facts: LedgerFacts | undefined;
  for (let round = 0; round < rounds && broken.length === 0; round++) {
    const draw = context.draw(round);
    const clashes = new Clashes(`round-${round}`, draw);
    for (let start = 0; start < starts; start++) await race.start(clashes, draw() < FREE_SHARE);
    facts = await race.read();
    broken.push(...findBrokenLedger(facts, race.done));
    context.tell(`round ${round + 1}: ${race.done.length} writes, ${broken.length} broken`);
  }
  return { figures: race.figures(facts), broken };
}

/** The people, the writers, and all that was written. */
class Race {
  readonly done: Done[] = [];
  private readonly holdings: Holdings[] = [];
  private readonly writers: Writers;
  private readonly gun: StartingGun;
  private tookMs = 0;

  constructor(private readonly system: RaceSystem) {
    this.writers = new Writers(system.sql, system.product);
    this.gun = new StartingGun(system.referee);
  }

  async register(): Promise<void> {
    for (let index = 0; index < PEOPLE; index++) {
      const tgUserId = FIRST_TG_USER_ID + index;
      const [row] = await this.system.referee.query<{ user: { user_id: string } }[]>(
        `select register_user($1, null, 'Anna', null, 'ru', $2) as user`,
        [tgUserId, WELCOME_CREDITS],
      );
      const holder = { userId: row?.user.user_id ?? '', tgUserId };
      this.holdings.push({ holder, orders: [], pendingPayments: [], paidPayments: [] });
    }
  }

  /** All writers at once, and what came of it. */
  async start(clashes: Clashes, isFree: boolean): Promise<void> {
    for (const holdings of this.holdings) await this.sell(holdings);
    const operations = clashes.next(this.holdings, WRITERS);
    const userIds = [...new Set(operations.map(({ holder }) => holder.userId))];
    const launch = () =>
      operations.map(async (operation) => ({
        operation,
        answer: await this.writers.write(operation),
        endedAtMs: performance.now(),
      }));
    const { atMs, running } = isFree
      ? { atMs: performance.now(), running: launch() }
      : await this.gun.fire(userIds, launch);
    const written = await Promise.all(running);
    this.tookMs += performance.now() - atMs;
    for (const { operation, answer, endedAtMs } of written) {
      this.done.push({ operation, answer, tookMs: endedAtMs - atMs });
      if (answer.kind === 'done') this.remember(operation, answer);
    }
  }

  read(): Promise<LedgerFacts> {
    return readLedger(this.system.referee);
  }

  figures(facts: LedgerFacts | undefined): Outcome['figures'] {
    const count = (kind: string) => this.done.filter(({ answer }) => answer.kind === kind).length;
    const tookMs = this.done.map((one) => one.tookMs);
    const at = (share: number) => Math.round(percentileOf(tookMs, share));
    return {
      'writes, people, writers': `${this.done.length}, ${PEOPLE}, ${WRITERS}`,
      'refused: too few credits': count('too_few'),
      "refused: somebody else's key, a job that has not failed": `${count('foreign')}, ${count('too_early')}`,
      'repeats that changed nothing': count('repeated'),
      'errors that reached a writer': count('error'),
      'deadlocks that PostgreSQL broke': facts?.deadlocks ?? 0,
      'writers at the line when they were let go, fewest': Math.min(...this.gun.atTheLine),
      'writes a second, while they ran': Math.round(this.done.length / (this.tookMs / 1_000)),
      'a write, ms': { median: at(0.5), p99: at(0.99), longest: at(1) },
      'time of all starts, s': seconds(this.tookMs),
      'audit: rows, drift': `${facts?.audit.rows_checked ?? 0}, ${facts?.audit.drift ?? 0}`,
    };
  }

  private remember(
    operation: Operation,
    { orderId, jobIds }: { orderId?: string; jobIds?: readonly string[] },
  ) {
    const holdings = this.holdings.find(({ holder }) => holder === operation.holder);
    if (!holdings) return;
    if (operation.kind === 'charge' && orderId && jobIds)
      holdings.orders.push({ key: operation.key, orderId, jobIds });
    if (operation.kind === 'complete')
      holdings.paidPayments.push({ paymentId: operation.paymentId, leftKopecks: SOLD.kopecks });
  }

  /** Payments that wait for their money. */
  private async sell({ holder, pendingPayments }: Holdings): Promise<void> {
    while (pendingPayments.length < PENDING_PAYMENTS_MIN) {
      const [row] = await this.system.referee.query<{ id: string }[]>(
        `insert into payments (user_id, plan_id, provider, provider_payment_id, amount_kopecks, currency, credits,
           superseded_at)
         values ($1, 'starter', 'yookassa', gen_random_uuid(), $2, 'RUB', $3, now()) returning id`,
        [holder.userId, SOLD.kopecks, SOLD.credits],
      );
      pendingPayments.push(row?.id ?? '');
    }
  }
}
