import { setTimeout as pause } from 'node:timers/promises';
import { buttonOf, WAIT_MS } from '../../sandbox/demo/person.js';
import { billsSeen, PLANS, seesBill, type PlanId } from '../../sandbox/demo/shopping.js';
import { descriptionOf } from '../../sandbox/demo/shop-words.js';
import { Stage } from '../../sandbox/demo/stage.js';
import type { System } from '../system/system.js';

/** The answer that tells us YooKassa's id comes so much later than the payment, in real milliseconds; our own patience is 3 s. */
const ANSWER_LATE_MS = 2_000;
const REFUND_SHARE = 0.1;
/** News of the payment is told before there is any. */
const PREMATURE_SHARE = 0.2;
const KINDS = [
  { kind: 'card', share: 0.7 },
  { kind: 'declined', share: 0.1 },
  { kind: 'early', share: 0.1 },
  { kind: 'stars', share: 0.1 },
] as const;
type Kind = (typeof KINDS)[number]['kind'];
/** The plan of those who have paid before we know YooKassa's id: fakes know their requests by its words. */
const EARLY_PLAN: PlanId = 'premium';
const OTHER_PLANS: readonly PlanId[] = ['starter', 'pro'];
const ARRIVAL_MS = 100;
const TRIES_MAX = 4;

/** What buyers do. */
export interface BuyersOptions {
  payments: number;
  people: number;
  draw: (stream: number) => () => number;
  /** Somebody stands before a payment that is not paid: its id at YooKassa. */
  onPending: (providerId: string) => void;
}

/** Many people who buy credits, each one payment after the other, and are told of nothing until the postman has come. */
export class Buyers {
  readonly made: Record<Kind, number> = { card: 0, declined: 0, early: 0, stars: 0 };
  /** What somebody waited for in vain, a sentence each. */
  readonly lost: string[] = [];
  repeated = 0;
  private left: number;

  constructor(
    private readonly system: System,
    private readonly options: BuyersOptions,
  ) {
    this.left = options.payments;
  }

  /** Resolves when all payments were made and paid or declined. */
  async shop(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.people }, (_, index) => this.buyer(index)));
  }

  private async buyer(index: number): Promise<void> {
    await pause(index * ARRIVAL_MS);
    const draw = this.options.draw(index);
    const stage = new Stage(this.system.sandbox, this.system.db, { firstName: 'Анна', languageCode: 'ru' });
    await stage.person.join();
    while (this.left > 0) {
      this.left -= 1;
      const kind = drawKind(draw());
      if (await this.persist(stage, kind, draw)) this.made[kind] += 1;
    }
  }

  /** Who sees nothing happen begins again. */
  private async persist(stage: Stage, kind: Kind, draw: () => number): Promise<boolean> {
    let reason = '';
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      try {
        await this.buy(stage, kind, draw);
        return true;
      } catch (error) {
        reason ||= error instanceof Error ? error.message : String(error);
      }
      this.repeated += 1;
    }
    this.lost.push(
      `person ${stage.person.id} waited in vain for a purchase (${kind}), first because: ${reason}`,
    );
    return false;
  }

  private async buy(stage: Stage, kind: Kind, draw: () => number): Promise<void> {
    if (kind === 'stars') return this.buyInStars(stage, draw);
    if (kind === 'early') return this.buyEarly(stage);
    const plan = OTHER_PLANS[Math.floor(draw() * OTHER_PLANS.length)] ?? 'starter';
    const known = billsSeen(stage);
    await this.choose(stage, `1:buy:yookassa:${plan}`);
    const { providerId } = await seesBill(stage, known);
    const { yooKassa } = this.system.world;
    if (kind === 'declined') {
      yooKassa.decline(providerId);
      return;
    }
    if (draw() < PREMATURE_SHARE) this.options.onPending(providerId);
    yooKassa.pay(providerId);
    if (draw() < REFUND_SHARE) yooKassa.refundInCabinet(providerId, { kopecks: partOf(plan, draw) });
  }

  /** Paid before YooKassa has told us that there is a payment. */
  private async buyEarly(stage: Stage): Promise<void> {
    const { yooKassa, clock } = this.system.world;
    const when = { includes: descriptionOf(stage, EARLY_PLAN) };
    const lastId = lastMessageId(stage);
    yooKassa.nextPayment({ payAtOnce: true, when });
    const delayTrueMs = ANSWER_LATE_MS / clock.realMs(1);
    yooKassa.failNext('createPayment', { kind: 'slow', delayTrueMs, when });
    await this.choose(stage, `1:buy:yookassa:${EARLY_PLAN}`);
    const told = stage.text('payment.completed', { credits: '' }).split('\n')[0]?.slice(0, 10) ?? '';
    await stage.person.sees(({ messageId, text }) => messageId > lastId && text.startsWith(told));
  }

  private async buyInStars(stage: Stage, draw: () => number): Promise<void> {
    const plan = OTHER_PLANS[Math.floor(draw() * OTHER_PLANS.length)] ?? 'starter';
    const lastId = lastMessageId(stage);
    await this.choose(stage, `1:buy:telegram_stars:${plan}`);
    const invoice = await stage.person.sees(
      ({ messageId, invoice: one }) => messageId > lastId && one?.amountStars === PLANS[plan].stars,
    );
    const outcome = await stage.world.telegram.payInvoice(stage.person.id, invoice.messageId).outcome();
    if (outcome.kind !== 'paid') throw new Error(`the invoice was ${outcome.kind}`);
  }

  /** From a new menu: a message that has shown a bill is changed once more when that is paid. */
  private async choose(stage: Stage, data: string): Promise<void> {
    const { person, world } = stage;
    const lastId = lastMessageId(stage);
    person.say('/menu');
    const { messageId } = await person.sees(
      (message) => message.messageId > lastId && buttonOf(message, '1:plans') !== undefined,
    );
    const tap = (on: number, button: string) => world.telegram.tapData(person.id, on, button).answer(WAIT_MS);
    await tap(messageId, '1:plans');
    // In place of the menu while that is the current screen, else below it.
    const plans = await person.sees(
      (message) => message.messageId >= messageId && buttonOf(message, '1:plan:starter') !== undefined,
    );
    await tap(plans.messageId, data);
  }
}

function drawKind(drawn: number): Kind {
  let sum = 0;
  for (const { kind, share } of KINDS) {
    sum += share;
    if (drawn < sum) return kind;
  }
  return 'card';
}

/** All of it, or a part. */
function partOf(plan: PlanId, draw: () => number): number {
  return draw() < 0.5 ? PLANS[plan].kopecks : Math.ceil(PLANS[plan].kopecks * draw());
}

function lastMessageId({ person }: Stage): number {
  return Math.max(0, ...person.chat().map(({ messageId }) => messageId));
}
