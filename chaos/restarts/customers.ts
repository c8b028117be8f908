import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { orderBill, pay, PLANS } from '../../sandbox/demo/shopping.js';
import { Stage } from '../../sandbox/demo/stage.js';
import { drawing } from '../../sandbox/drawing.js';
import type { Sandbox } from '../../sandbox/sandbox.js';

const WELCOME_CREDITS = 2;
const GIFT_CREDITS = 3;
const COUNTS = [1, 1, 3] as const;
const BUYER_SHARE = 0.6;
/** Not all of them begin at once. */
const ARRIVAL_MS = 500;

/** What somebody did, and what they must have in the end. */
export interface Customer {
  personId: number;
  jobs: number;
  /** Bills that they paid. */
  bills: number;
  credits: number;
}

/** People who come, order, perhaps buy credits while they wait, get their videos and go; always so many at the same time. */
export class Customers {
  readonly all: Customer[] = [];
  /** What somebody waited for in vain, a sentence each. */
  readonly lost: string[] = [];
  private isOver = false;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly db: DataSource,
    private readonly seed: number,
  ) {}

  /** Resolves when the last one has gone, after `end`. */
  async come(people: number): Promise<void> {
    const lane = async (_: unknown, index: number): Promise<void> => {
      await pause(index * ARRIVAL_MS);
      while (!this.isOver) await this.visit();
    };
    await Promise.all(Array.from({ length: people }, lane));
  }

  /** Nobody new comes. */
  end(): void {
    this.isOver = true;
  }

  private async visit(): Promise<void> {
    const draw = drawing(this.seed, this.all.length + 1);
    const stage = new Stage(this.sandbox, this.db, { firstName: 'Анна', languageCode: 'ru' });
    const customer: Customer = { personId: stage.person.id, jobs: 0, bills: 0, credits: WELCOME_CREDITS };
    this.all.push(customer);
    try {
      await stage.begin();
      await stage.giveCredits(GIFT_CREDITS);
      customer.credits += GIFT_CREDITS;
      await order(stage, customer, COUNTS[Math.floor(draw() * COUNTS.length)] ?? 1);
      if (draw() < BUYER_SHARE) await buy(stage, customer);
      await stage.until('the videos', () => stage.person.videos().length >= customer.jobs);
    } catch (error) {
      this.lost.push(
        `person ${customer.personId}: ${error instanceof Error ? error.message : String(error)}`,
      );
      // A broken application must not be asked a thousand times a second.
      await pause(ARRIVAL_MS);
    }
  }
}

async function order({ person }: Stage, customer: Customer, count: 1 | 3): Promise<void> {
  await person.fillOrder({ count });
  await person.tap('1:confirm');
  customer.jobs += count;
  customer.credits -= count;
}

async function buy(stage: Stage, customer: Customer): Promise<void> {
  stage.person.say('/menu');
  const bill = await orderBill(stage);
  await pay(bill);
  customer.bills += 1;
  customer.credits += PLANS.starter.credits;
  await stage.until('the credits', async () => (await stage.balance()) === customer.credits);
}
