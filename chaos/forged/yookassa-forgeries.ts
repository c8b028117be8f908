import { randomUUID } from 'node:crypto';
import type { Bill } from '../../sandbox/demo/shopping.js';
import { SANDBOX_YOOKASSA_API_KEY, SANDBOX_YOOKASSA_SHOP_ID } from '../../sandbox/yookassa/index.js';
import type { System } from '../system/system.js';
import { callBot } from './caller.js';
import type { Cast } from './cast.js';
import type { Attempt, Forgery } from './forgery.js';

const PATH = '/webhooks/yookassa';
/** YooKassa's own address here, and one of nobody's (RFC 5737). */
const INSIDE = '127.0.0.1';
const OUTSIDE = '203.0.113.7';
const STRANGERS_SHOP = '200600';
const BODY_BYTES = 70 * 1024;
const NESTED_TIMES = 20_000;

type YooObject = Record<string, unknown> & { id: string };

/** Where forged notifications come from, and whom they are about. */
export class YooKassaForgeries {
  /** What YooKassa says before it is told to lie: a later look would meet another's lie. */
  private readonly truths = new Map<string, Promise<YooObject>>();

  constructor(
    private readonly system: System,
    private readonly cast: Cast,
  ) {}

  all(): Forgery[] {
    return [
      ...this.atTheDoor(),
      ...this.claims(),
      ...this.otherPayments(),
      ...this.refunds(),
      ...this.lies(),
    ];
  }

  private atTheDoor(): Forgery[] {
    const refused = {
      answers: [403],
      trace: { kind: 'log', msg: 'A notification from outside was refused' },
    } as const;
    const outside = (name: string, forwarded: (n: number) => string): Forgery => ({
      ...{ name, ...refused },
      attempt: (n) => this.send(paid(this.bill(n)), forwarded(n)),
    });
    return [
      outside('a notification from outside', () => OUTSIDE),
      outside('a notification from outside whose first X-Forwarded-For is forged', (n) =>
        n % 2 ? `${INSIDE}, ${OUTSIDE}` : `${INSIDE}, ${INSIDE}, ${OUTSIDE}`,
      ),
      {
        name: 'what is no notification: too large, no JSON, nested deeply, no id, another type',
        answers: [400, 413, 415],
        trace: null,
        attempt: async (n) => ({ answer: await this.post(this.noNotification(n), INSIDE) }),
      },
    ];
  }

  /** The body says what the provider does not. */
  private claims(): Forgery[] {
    const claim = (name: string, event: string, status: string): Forgery => ({
      ...{ name, answers: [200], trace: { kind: 'inbox', outcome: null } },
      attempt: (n) => this.send({ ...paid(this.bill(n), { status }), event }),
    });
    return [
      claim('"succeeded" of a payment that is pending', 'payment.succeeded', 'succeeded'),
      claim('"canceled" of a payment that is pending', 'payment.canceled', 'canceled'),
      {
        name: 'a payment that does not exist',
        answers: [200],
        trace: { kind: 'inbox', outcome: 'unknown_object' },
        attempt: (n) => this.send(paid(this.bill(n), { id: randomUUID() })),
      },
    ];
  }

  /** Really paid, and not what it says to be. */
  private otherPayments(): Forgery[] {
    const { yooKassa } = this.system.world;
    yooKassa.addShop({ shopId: STRANGERS_SHOP, apiKey: 'test_keyOfAnotherShop000000000000000000000' });
    const make = (n: number, kopecks: number, shopId?: string): YooObject => {
      const metadata = { payment_id: this.bill(n).paymentId };
      const { id } = yooKassa.makePayment({ kopecks, metadata, shopId });
      yooKassa.pay(id);
      return { id, metadata };
    };
    const kopecks = (n: number) => yooKassa.payment(this.bill(n).providerId)?.amountKopecks ?? 0;
    return [
      {
        name: "a payment of somebody else's shop",
        answers: [200],
        trace: { kind: 'inbox', outcome: 'unknown_object' },
        attempt: (n) => this.send(paid(this.bill(n), make(n, kopecks(n), STRANGERS_SHOP))),
      },
      {
        name: "a payment of a kopeck that names somebody's row",
        answers: [200],
        trace: { kind: 'inbox', outcome: 'foreign' },
        attempt: (n) => this.send(paid(this.bill(n), make(n, 1))),
      },
      {
        name: "a second payment of the right sum that names somebody's row",
        answers: [200],
        trace: { kind: 'inbox', outcome: 'foreign' },
        attempt: (n) => this.send(paid(this.bill(n), make(n, kopecks(n)))),
      },
    ];
  }

  private refunds(): Forgery[] {
    const { yooKassa } = this.system.world;
    const strangers = yooKassa.makePayment({ kopecks: 1_000_000 });
    yooKassa.pay(strangers.id);
    const about = (n: number, id: string) => {
      const { paid: bill } = this.victim(n);
      const amount = { value: '199.00', currency: 'RUB' };
      return {
        ...{ type: 'notification', event: 'refund.succeeded' },
        object: { id, status: 'succeeded', payment_id: bill.providerId, amount },
      };
    };
    return [
      {
        name: 'a refund of a payment that was never refunded',
        answers: [200],
        trace: { kind: 'inbox', outcome: 'unknown_object' },
        attempt: (n) => this.send(about(n, randomUUID())),
      },
      {
        name: "a refund of somebody else's payment",
        answers: [200],
        trace: { kind: 'inbox', outcome: 'foreign' },
        attempt: (n) => this.send(about(n, yooKassa.refundInCabinet(strangers.id, { kopecks: 1 })?.id ?? '')),
      },
    ];
  }

  /** YooKassa itself says what cannot be. */
  private lies(): Forgery[] {
    const lie = (what: string, word: string, changes: (truth: YooObject) => object): Forgery => ({
      name: `YooKassa says that it was paid ${what}`,
      answers: [200],
      trace: { kind: 'inbox', outcome: 'parked' },
      attempt: async (n) => {
        const bill = this.bill(n);
        const truth = await this.truthOf(bill);
        const json = { ...truth, status: 'succeeded', paid: true, ...changes(truth) };
        const when = { includes: bill.providerId };
        this.system.world.yooKassa.failNext('getPayment', { kind: 'json', json, when });
        // An event of its own, for each is looked at once.
        return this.send({ ...paid(bill), event: `payment.${word}_${inLetters(n)}` });
      },
    });
    return [
      lie('with another sum', 'sum', () => ({ amount: { value: '1.00', currency: 'RUB' } })),
      lie('in other money', 'money', ({ amount }) => ({
        amount: { ...(amount as object), currency: 'KZT' },
      })),
      lie('in earnest, in a test shop', 'earnest', () => ({ test: false })),
      lie('to another shop', 'shop', () => ({ recipient: { account_id: STRANGERS_SHOP, gateway_id: '1' } })),
      lie('for another row', 'row', () => ({ metadata: { payment_id: randomUUID() } })),
    ];
  }

  private noNotification(n: number): unknown {
    const news = paid(this.bill(n));
    const bodies: unknown[] = [
      { ...news, more: 'x'.repeat(BODY_BYTES) },
      `{"type":"notification","event":"payment.succeeded","object":{"id":"${this.bill(n).providerId}"`,
      `{"type":"notification","event":"payment.succeeded","object":${'['.repeat(NESTED_TIMES)}${']'.repeat(NESTED_TIMES)}}`,
      { type: 'notification', event: 'payment.succeeded' },
      { ...news, type: 'news' },
      { ...news, event: 'payment succeeded; drop table payments' },
      paid(this.bill(n), { id: '../../v3/me' }),
      '__proto__',
    ];
    return bodies[n % bodies.length];
  }

  private async send(
    news: { event: string; object: { id: string } } & object,
    from = INSIDE,
  ): Promise<Attempt> {
    const named = { event: news.event, objectId: news.object.id };
    return { answer: await this.post(news, from), named };
  }

  private post(body: unknown, forwardedFor: string) {
    const { url } = this.system.app.member('bot').current;
    return callBot(url, { path: PATH, body, headers: { 'X-Forwarded-For': forwardedFor } });
  }

  private victim(n: number) {
    const { victims } = this.cast;
    const victim = victims[n % victims.length];
    if (!victim) throw new RangeError('Nobody is robbed');
    return victim;
  }

  private bill(n: number): Bill {
    const { bills } = this.victim(n);
    return bills[Math.floor(n / this.cast.victims.length) % bills.length] as Bill;
  }

  private truthOf(bill: Bill): Promise<YooObject> {
    const truth = this.truths.get(bill.providerId) ?? this.readAtYooKassa(bill);
    this.truths.set(bill.providerId, truth);
    return truth;
  }

  private async readAtYooKassa({ providerId }: Bill): Promise<YooObject> {
    const credentials = btoa(`${SANDBOX_YOOKASSA_SHOP_ID}:${SANDBOX_YOOKASSA_API_KEY}`);
    const headers = { Authorization: `Basic ${credentials}` };
    const answer = await fetch(`${this.system.world.yooKassa.url}/v3/payments/${providerId}`, { headers });
    return (await answer.json()) as YooObject;
  }
}

/** A notification that says that a bill is paid. */
function paid({ providerId, paymentId }: Bill, more: object = {}) {
  const object = { id: providerId, status: 'succeeded', paid: true, metadata: { payment_id: paymentId } };
  return {
    ...{ type: 'notification', event: 'payment.succeeded' },
    object: { ...object, amount: { value: '699.00', currency: 'RUB' }, ...more },
  };
}

/** A number as a word of small letters. */
function inLetters(n: number): string {
  return [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
}
