import { setTimeout as pause } from 'node:timers/promises';
import { buttonOf } from '../../sandbox/demo/person.js';
import { drawing } from '../../sandbox/drawing.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import type { ChatMessage } from '../../sandbox/telegram/index.js';

const PLANS = ['starter', 'pro', 'premium'];
const DECLINED_SHARE = 0.1;
/** How many tap "I have paid" before they have paid, and after. */
const EAGER_SHARE = 0.3;
const TELLING_SHARE = 0.5;
/** How long a person stays on the page of the provider, and looks at what they have, in milliseconds. */
const AT_CHECKOUT_MS = 1_500;
const BETWEEN_PURCHASES_MS = 4_000;
/** Who sees nothing happen taps again. */
const PATIENCE_MS = 8_000;

/** What the crowd has done so far. */
export interface Trade {
  /** Payments that somebody got the link of. */
  opened: number;
  paid: number;
  declined: number;
  /** Taps on "I have paid". */
  told: number;
  /** Times that somebody saw nothing happen and began again. */
  repeated: number;
}

export interface CrowdOptions {
  payments: number;
  people: number;
  seed: number;
}

/** Many people who buy credits through the conversation, one payment after the other, until there are enough payments. */
export class Crowd {
  readonly trade: Trade = { opened: 0, paid: 0, declined: 0, told: 0, repeated: 0 };
  private left: number;

  constructor(
    private readonly world: OutsideWorld,
    private readonly options: CrowdOptions,
  ) {
    this.left = options.payments;
  }

  /** Resolves when all payments were paid or declined, or nobody may begin any more. */
  async shop(signal: AbortSignal): Promise<void> {
    const { people, seed } = this.options;
    const shoppers = Array.from(
      { length: people },
      (_, n) => new Shopper(this.world, this, drawing(seed, n + 1)),
    );
    await Promise.all(shoppers.map((shopper, n) => shopper.shop(n, signal)));
  }

  /** One more payment for somebody to make; false when there are enough. */
  takeOne(): boolean {
    this.left -= 1;
    return this.left >= 0;
  }
}

/** One of them. */
class Shopper {
  private readonly id: number;
  /** Addresses of pay pages that were opened before. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly world: OutsideWorld,
    private readonly crowd: Crowd,
    private readonly draw: () => number,
  ) {
    this.id = world.telegram.addPerson({ firstName: 'Анна', languageCode: 'ru' }).id;
  }

  async shop(number: number, signal: AbortSignal): Promise<void> {
    await pause(this.draw() * BETWEEN_PURCHASES_MS);
    await this.join(signal);
    for (let purchase = number; !signal.aborted && this.crowd.takeOne(); purchase++) {
      const message = await this.open(PLANS[purchase % PLANS.length] as string, signal);
      if (message) await this.pay(message);
      await pause(this.draw() * BETWEEN_PURCHASES_MS);
    }
  }

  private async join(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.world.telegram.sendText(this.id, '/start');
      const question = await this.sees((message) => buttonOf(message, '1:agree') !== undefined);
      if (question) this.world.telegram.tapData(this.id, question.messageId, '1:agree');
      if (question && (await this.sees((message) => buttonOf(message, '1:plans') !== undefined))) return;
      this.crowd.trade.repeated += 1;
    }
  }

  /** From the plans to the message with a link that was not there before; null when it is too late. */
  private async open(plan: string, signal: AbortSignal): Promise<ChatMessage | null> {
    while (!signal.aborted) {
      this.tap(this.lastMessageId(), '1:plans');
      const isAsked = await this.follow(`1:plan:${plan}`, `1:buy:yookassa:${plan}`);
      const paying = isAsked && (await this.sees((message) => this.newLink(message) !== null));
      if (paying) return paying;
      this.crowd.trade.repeated += 1;
    }
    return null;
  }

  /** Taps one button after the other, each as soon as it is there. Returns whether all of them came. */
  private async follow(...buttons: readonly string[]): Promise<boolean> {
    for (const data of buttons) {
      const message = await this.sees((one) => buttonOf(one, data) !== undefined);
      if (!message) return false;
      this.tap(message.messageId, data);
    }
    return true;
  }

  private async pay(message: ChatMessage): Promise<void> {
    const { trade } = this.crowd;
    const link = this.newLink(message) ?? '';
    this.seen.add(link);
    trade.opened += 1;
    if (this.draw() < EAGER_SHARE) this.tellPaid(message);
    await pause(this.draw() * AT_CHECKOUT_MS);
    const paymentId = new URL(link).searchParams.get('orderId') ?? '';
    if (this.draw() < DECLINED_SHARE) trade.declined += Number(this.world.yooKassa.decline(paymentId));
    else trade.paid += Number(this.world.yooKassa.pay(paymentId));
    if (this.draw() < TELLING_SHARE) this.tellPaid(message);
  }

  private tellPaid(message: ChatMessage): void {
    const buttons = message.keyboard?.flat() ?? [];
    const data = buttons.find((button) => button.callback_data?.startsWith('1:paid:'))?.callback_data;
    if (data === undefined) return;
    this.tap(message.messageId, data);
    this.crowd.trade.told += 1;
  }

  private newLink(message: ChatMessage): string | null {
    const urls = (message.keyboard?.flat() ?? []).map(({ url }) => url ?? '');
    return urls.find((url) => url.startsWith(this.world.yooKassa.url) && !this.seen.has(url)) ?? null;
  }

  private tap(messageId: number, data: string): void {
    this.world.telegram.tapData(this.id, messageId, data);
  }

  private lastMessageId(): number {
    return this.world.telegram.chat(this.id).findLast(({ from }) => from === 'bot')?.messageId ?? 1;
  }

  private sees(predicate: (message: ChatMessage) => boolean): Promise<ChatMessage | null> {
    return this.world.telegram.waitForMessage(this.id, predicate, PATIENCE_MS).catch(() => null);
  }
}
