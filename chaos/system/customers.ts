import { setTimeout as pause } from 'node:timers/promises';
import { orderBill, pay } from '../../sandbox/demo/shopping.js';
import { Stage } from '../../sandbox/demo/stage.js';
import { SandboxError } from '../../sandbox/errors.js';
import type { System } from './system.js';

/** Not all of them begin at once. */
const ARRIVAL_MS = 300;
const LOOK_MS = 200;
/** Who sees nothing happen begins again, so often. */
const TRIES_MAX = 4;
/** When so many have waited in vain, nobody else comes. */
const LOST_MAX = 10;
/** What was ordered is over before this, or never. */
const ORDER_MS_MAX = 15 * 60_000;
/** A tap whose process dies comes again when its chat is free. */
const ORDERED_MS_MAX = 20_000;
const TAPS_MAX = 3;
const DATABASE_AWAY_MS_MAX = 60_000;
const COUNTS = [1, 3, 3, 5] as const;
/** An order of each size, and one more. */
const GIFT_CREDITS = 20;

/** What customers come for. */
export interface CustomersOptions {
  /** How many there are at the same time. */
  atOnce: number;
  /** So many videos are ordered in all, or a few more: an order is whole. */
  jobs: number;
  /** How many orders each of them makes before they go. */
  ordersEach: number;
  /** How many of them buy credits while they wait, from 0 to 1. */
  buyerShare?: number;
  /** Numbers for each of them. */
  draw: (stream: number) => () => number;
}

/** People who come, order, perhaps buy credits, wait for what they ordered, and go; always so many at the same time, until enough is ordered. */
export class Customers {
  /** Videos that were ordered, as the database says. */
  jobs = 0;
  /** Bills that were paid. */
  bills = 0;
  people = 0;
  /** What somebody waited for in vain, a sentence each. */
  readonly lost: string[] = [];
  private left: number;

  constructor(
    private readonly system: System,
    private readonly options: CustomersOptions,
  ) {
    this.left = options.jobs;
  }

  /**
   * Resolves when enough is ordered, or too many have waited in vain, and everybody has gone.
   *
   * @throws SandboxError when the experiment is over before.
   */
  async come(): Promise<void> {
    const lane = async (_: unknown, index: number): Promise<void> => {
      await pause(index * ARRIVAL_MS);
      while (this.left > 0 && !this.isHopeless) await this.visit();
    };
    await Promise.all(Array.from({ length: this.options.atOnce }, lane));
    if (this.system.over.aborted) throw new SandboxError('The experiment is over.');
  }

  private get isHopeless(): boolean {
    return this.lost.length >= LOST_MAX || this.system.over.aborted;
  }

  private async visit(): Promise<void> {
    const { options, system } = this;
    this.people += 1;
    const draw = options.draw(this.people);
    const stage = new Stage(system.sandbox, system.db, { firstName: 'Анна', languageCode: 'ru' });
    const isBuyer = draw() < (options.buyerShare ?? 0);
    const isThere = await this.persist(stage, 'the menu', async () => {
      await stage.person.join();
      return true;
    });
    if (!isThere) return;
    await this.patient(() => stage.giveCredits(GIFT_CREDITS));
    for (let order = 0; order < options.ordersEach && this.left > 0 && !this.isHopeless; order++) {
      const count = COUNTS[Math.floor(draw() * COUNTS.length)] ?? 1;
      this.left -= count;
      await this.order(stage, count);
      if (isBuyer && order === 0) await this.buy(stage);
      await this.over(stage);
    }
  }

  /** An order whose answer was lost is not made again: the database knows it. */
  private async order(stage: Stage, count: 1 | 3 | 5): Promise<void> {
    const before = await this.countJobs(stage);
    const isOrdered = await this.persist(stage, 'an order', async () => {
      if ((await this.countJobs(stage)) > before) return true;
      await stage.person.fillOrder({ count });
      return this.confirm(stage, before);
    });
    if (isOrdered) this.jobs += count;
  }

  /** Whoever sees nothing happen presses again what is shown now: it may be another screen than the one that was pressed. */
  private async confirm(stage: Stage, jobsBefore: number): Promise<boolean> {
    for (let taps = 1; taps <= TAPS_MAX; taps++) {
      await stage.person.tap('1:confirm');
      const deadline = performance.now() + ORDERED_MS_MAX;
      while (performance.now() < deadline) {
        if ((await this.countJobs(stage)) > jobsBefore) return true;
        await pause(LOOK_MS);
      }
    }
    return false;
  }

  /** The screen of an order under way has no way to the price list: the menu has. */
  private async buy(stage: Stage): Promise<void> {
    stage.person.beginAnew();
    const isPaid = await this.persist(stage, 'a bill', async () => {
      await pay(await orderBill(stage));
      return true;
    });
    if (isPaid) this.bills += 1;
  }

  /** Waits until nothing of theirs is under way. */
  private async over(stage: Stage): Promise<void> {
    const isOver = async () => {
      const [row] = await stage.dataSource.query<{ n: number }[]>(
        `select count(*)::int as n from jobs j join users u on u.id = j.user_id
          where u.tg_user_id = $1 and j.status in ('queued', 'processing')`,
        [stage.person.id],
      );
      return row?.n === 0;
    };
    const deadline = performance.now() + ORDER_MS_MAX;
    while (!(await this.patient(isOver))) {
      if (this.system.over.aborted) return;
      if (performance.now() > deadline) {
        this.lost.push(`person ${stage.person.id} waited in vain for the end of an order`);
        return;
      }
      await pause(LOOK_MS);
    }
    stage.person.say('/menu');
  }

  private async countJobs(stage: Stage): Promise<number> {
    const [row] = await this.patient(() =>
      stage.dataSource.query<{ n: number }[]>(
        'select count(*)::int as n from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1',
        [stage.person.id],
      ),
    );
    return row?.n ?? 0;
  }

  /** Tries until it is done, from the menu each time. Returns whether it was. */
  private async persist(stage: Stage, what: string, doing: () => Promise<boolean>): Promise<boolean> {
    let reason = 'it was not done';
    for (let tries = 1; tries <= TRIES_MAX && !this.system.over.aborted; tries++) {
      try {
        if (await doing()) return true;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      stage.person.beginAnew();
      await stage.person.seesButton('1:create').catch(() => undefined);
    }
    this.lost.push(`person ${stage.person.id} waited in vain for ${what}: ${reason}`);
    return false;
  }

  /** A database that is away for a moment is asked again. */
  private async patient<T>(asking: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + DATABASE_AWAY_MS_MAX;
    for (;;) {
      try {
        return await asking();
      } catch (error) {
        if (performance.now() > deadline || this.system.over.aborted) throw error;
        await pause(LOOK_MS);
      }
    }
  }
}
