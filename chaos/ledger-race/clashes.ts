import type { Holder, Operation, Writer } from './operations.types.js';

/** What somebody has that can be written about. */
export interface Holdings {
  holder: Holder;
  /** Orders of which no video has failed. */
  orders: { key: string; orderId: string; jobIds: readonly string[] }[];
  /** Paid at the provider's and not credited yet. */
  pendingPayments: string[];
  /** Credited, with what can still be given back. */
  paidPayments: { paymentId: string; leftKopecks: number }[];
}

/** What a payment of these races is: Starter. */
export const SOLD = { kopecks: 19_900, credits: 5 } as const;
const PART_KOPECKS = 5_000;
const COUNTS = [1, 1, 2, 3] as const;
const GIFTS = [1, 2, 3] as const;
const CLASHES = ['order', 'fail_twice', 'purchase', 'take_back', 'gift', 'one_key'] as const;

/** Draws operations that meet at the same instant on the same person, job, payment or key. */
export class Clashes {
  private number = 0;

  constructor(
    private readonly name: string,
    private readonly draw: () => number,
  ) {}

  /** As many operations as `writers`, on people who are all different but for those who meet in a clash. */
  next(all: readonly Holdings[], writers: number): Operation[] {
    const people = [...all].sort(() => this.draw() - 0.5);
    const operations: Operation[] = [];
    for (let index = 0; operations.length < writers; index += 2) {
      const [one, other] = [people[index % people.length], people[(index + 1) % people.length]];
      if (one && other) operations.push(...this.clash(one, other));
    }
    return operations.slice(0, writers);
  }

  private clash(one: Holdings, other: Holdings): Operation[] {
    switch (this.pick(CLASHES)) {
      case 'order':
        return this.orderAndFailure(one);
      case 'fail_twice':
        return this.twoFailures(one);
      case 'purchase':
        return this.purchase(one);
      case 'take_back':
        return this.takeBack(one);
      case 'gift':
        return this.gift(one, other);
      case 'one_key':
        return this.oneKey(one, other);
    }
  }

  /** One order by two writers, while an older one fails and somebody repeats its tap. */
  private orderAndFailure({ holder, orders }: Holdings): Operation[] {
    const order = orders.shift();
    const charge = this.charge(holder, 'sql');
    const failing: Operation[] = order
      ? [
          { kind: 'fail', by: 'product', holder, ...order },
          { kind: 'charge', by: 'sql', holder, key: order.key, count: order.jobIds.length },
        ]
      : [this.charge(holder, 'product'), this.charge(holder, 'sql')];
    return [charge, { ...charge, by: 'product' }, ...failing];
  }

  /** One order fails three times over, while a new one is made. */
  private twoFailures({ holder, orders }: Holdings): Operation[] {
    const order = orders.shift();
    if (!order) return this.orderAndFailure({ holder, orders, pendingPayments: [], paidPayments: [] });
    const fail: Operation = { kind: 'fail', by: 'product', holder, ...order };
    const jobId = order.jobIds[0] ?? '';
    return [fail, { kind: 'refund', by: 'sql', holder, jobId }, fail, this.charge(holder, 'sql')];
  }

  private purchase({ holder, pendingPayments }: Holdings): Operation[] {
    const paymentId = pendingPayments.shift() ?? '';
    const complete: Operation = {
      ...{ kind: 'complete', by: 'sql', holder, paymentId },
      credits: SOLD.credits,
    };
    return [
      ...[complete, { ...complete, by: 'product' as const }],
      ...[this.charge(holder, 'product'), this.add(holder, 'sql')],
    ];
  }

  /** The money goes back at the instant in which its credits are spent. */
  private takeBack(holdings: Holdings): Operation[] {
    const { holder, paidPayments } = holdings;
    const payment = paidPayments.find(({ leftKopecks }) => leftKopecks >= PART_KOPECKS);
    if (!payment) return this.purchase(holdings);
    payment.leftKopecks -= PART_KOPECKS;
    const { paymentId } = payment;
    const refundId = this.nameOf('refund');
    const back: Operation = {
      ...{ kind: 'take_back', by: 'sql', holder, paymentId, refundId },
      kopecks: PART_KOPECKS,
    };
    return [
      ...[back, { ...back, by: 'product' as const }],
      ...[this.charge(holder, 'sql'), this.charge(holder, 'product')],
    ];
  }

  /** One cause for the same person twice, and for somebody else. */
  private gift({ holder }: Holdings, other: Holdings): Operation[] {
    const add = this.add(holder, 'sql');
    return [
      ...[add, { ...add, by: 'product' as const }],
      ...[{ ...add, holder: other.holder }, this.charge(holder, 'product')],
    ];
  }

  /** One key of two people. */
  private oneKey({ holder }: Holdings, other: Holdings): Operation[] {
    const charge = this.charge(holder, 'sql');
    return [
      ...[charge, { ...charge, by: 'product' as const, holder: other.holder }],
      ...[{ ...charge, by: 'product' as const }, this.charge(other.holder, 'sql')],
    ];
  }

  private charge(holder: Holder, by: Writer): Operation {
    return { kind: 'charge', by, holder, key: this.nameOf('order'), count: this.pick(COUNTS) };
  }

  private add(holder: Holder, by: Writer): Operation {
    return { kind: 'add', by, holder, cause: this.nameOf('gift'), amount: this.pick(GIFTS) };
  }

  private nameOf(what: string): string {
    this.number += 1;
    return `${this.name}-${what}-${this.number}`;
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.draw() * choices.length)] as T;
  }
}
