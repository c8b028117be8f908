import type { FastifyInstance } from 'fastify';
import { SandboxClock } from '../clock.js';
import { FakeServer, type FakeServerOptions } from '../fake-server.js';
import { joinPlans, type Plans } from '../plans.js';
import { strangerRoutes } from './yookassa-calls.js';
import { checkoutRoutes } from './yookassa-checkout.routes.js';
import { controlRoutes } from './yookassa-control.routes.js';
import type { NotificationRecord } from './yookassa-deliveries.js';
import type { NotificationListener, ReleaseOrder } from './yookassa-notifications.js';
import {
  SANDBOX_SHOP_NAME,
  SANDBOX_YOOKASSA_API_KEY,
  SANDBOX_YOOKASSA_SHOP_ID,
  type FakeYooKassaOptions,
  type ForgedNotification,
  type NotificationTarget,
  type YooKassaSettingsChange,
} from './yookassa-options.js';
import { assemble, type YooParts } from './yookassa-parts.js';
import { paymentRoutes } from './yookassa-payments.routes.js';
import type { YooPayment } from './yookassa-payments.js';
import { YooPeople, type MadePayment } from './yookassa-people.js';
import { refundRoutes } from './yookassa-refunds.routes.js';
import {
  yooEventSchema,
  type NotificationScript,
  type PaymentScript,
  type RefundScript,
} from './yookassa-script.js';
import type { ShopChange } from './yookassa-shops.js';
import { viewPayment, viewRefund, type PaymentView, type RefundView } from './yookassa-views.js';
import type { YooFault, YooRoute } from './yookassa-wire.js';

/**
 * YooKassa in a box: its API v3 under `<url>/v3`, its checkout page, its notifications, the merchant's cabinet. Strict where the
 * real one is; scripted by these methods or by `POST /_control/<method>`. https://yookassa.ru/developers/api
 */
export class FakeYooKassa extends FakeServer {
  override readonly provider = 'yookassa';
  private readonly parts: YooParts;
  private readonly people: YooPeople;

  constructor({ clock = new SandboxClock() }: FakeYooKassaOptions = {}) {
    super();
    this.parts = assemble(clock, () => this.url);
    this.people = new YooPeople(this.parts);
    this.reset();
  }

  override async start(options: FakeServerOptions = {}): Promise<this> {
    await super.start(options);
    this.parts.payments.resume();
    this.parts.refunds.resume();
    this.parts.notifications.resume();
    return this;
  }

  /** Closes the server; its payments, refunds and notifications rest and go on after another `start`. */
  override async stop(): Promise<void> {
    this.parts.payments.suspend();
    this.parts.refunds.suspend();
    this.parts.notifications.suspend();
    await super.stop();
  }

  /** Makes a shop, or gives it another key; `test: true` goes with keys that begin with `test_`. */
  addShop(shop: ShopChange): void {
    this.parts.shops.set(shop);
  }

  /** What the cabinet says under HTTP notifications: where to, of which events; all of them when not told. Null: nowhere. */
  setNotificationUrl(
    url: string | null,
    { events = yooEventSchema.options, shopId = SANDBOX_YOOKASSA_SHOP_ID }: NotificationTarget = {},
  ): void {
    this.parts.notifications.setTarget(this.parts.shops.get(shopId).shopId, url, events);
  }

  /** Says where payers' browsers go instead of a `return_url`, such as where nothing can open links to Telegram. The API still tells the shop its own. */
  setWayBack(wayBack: (returnUrl: string) => string): void {
    this.parts.wayBack = wayBack;
  }

  /** Changes what holds for the whole service. */
  configure(change: YooKassaSettingsChange): void {
    const { shops, notifications } = this.parts;
    if (change.receipts) shops.set({ ...shops.get(SANDBOX_YOOKASSA_SHOP_ID), receipts: change.receipts });
    if (change.notifications) notifications.mode = change.notifications;
    if (change.notificationHeaders) notifications.headers = change.notificationHeaders;
    notifications.repeatPauseRealMsMin = change.repeatPauseRealMsMin ?? notifications.repeatPauseRealMsMin;
  }

  /** Says what becomes of the next payment that is made through the API (of those that `when` means); calls wait for their turn. */
  nextPayment(script: PaymentScript): void {
    this.parts.payments.script(script);
  }

  /** Says what becomes of the next refund, also of one in the cabinet. */
  nextRefund(script: RefundScript): void {
    this.parts.refunds.script(script);
  }

  /** Says what becomes of the next notification, before what its payment's script says. */
  nextNotification(script: NotificationScript): void {
    this.parts.notifications.script(script);
  }

  /** Makes the next call of a route fail on the wire, `fault.times` times. */
  failNext(route: YooRoute, fault: YooFault): void {
    this.parts.wire.failNext(route, fault);
  }

  /** What was given to the methods above and has not happened yet. */
  get plans(): Plans {
    const { payments, refunds, notifications, wire } = this.parts;
    return joinPlans(payments.scripts, refunds.scripts, notifications.scripts, wire.faults);
  }

  /** The payer pays, by a test card; false when the payment is not pending. Throws a RangeError when the card is no test card. */
  pay(paymentId: string, { card }: { card?: string | undefined } = {}): boolean {
    return this.people.pay(paymentId, card);
  }

  /** The payer is declined and the payment is over; false when it was not pending. */
  decline(paymentId: string, reason = 'general_decline'): boolean {
    return this.people.decline(paymentId, reason);
  }

  /** A card of the payer fails and the payment stays pending; false when it was not. */
  failAttempt(paymentId: string, reason = 'insufficient_funds'): boolean {
    return this.people.failAttempt(paymentId, reason);
  }

  /** The payer's hour is over, or the time to capture; false when the payment was over. */
  expire(paymentId: string): boolean {
    return this.people.expire(paymentId);
  }

  /** The merchant gives money back by hand, all that is left when no sum is named; null when it is not there. */
  refundInCabinet(paymentId: string, { kopecks }: { kopecks?: number | undefined } = {}): RefundView | null {
    const refund = this.people.refund(paymentId, kopecks);
    return refund && viewRefund(refund);
  }

  /** Ends a pending refund now, as its script says; false when it was over. */
  finishRefund(refundId: string): boolean {
    const refund = this.parts.refunds.find(refundId);
    return refund !== null && this.parts.refunds.finish(refund);
  }

  /** Another program of the shop makes a payment, with nothing that ours would know it by. */
  makePayment(made: MadePayment): PaymentView {
    return this.view(this.people.make(made, SANDBOX_YOOKASSA_SHOP_ID));
  }

  /** All payments, oldest first. */
  payments(): PaymentView[] {
    return this.parts.payments.list().map((payment) => this.view(payment));
  }

  /** A payment by its id. */
  payment(paymentId: string): PaymentView | null {
    const payment = this.parts.payments.find(paymentId);
    return payment && this.view(payment);
  }

  /** The newest payment that is meant. */
  findPayment(predicate: (payment: PaymentView) => boolean): PaymentView | null {
    return this.payments().findLast(predicate) ?? null;
  }

  /** All refunds, oldest first. */
  refunds(): RefundView[] {
    return this.parts.refunds.list().map(viewRefund);
  }

  /** Everything that was sent or was to be sent, oldest first, each copy by itself. */
  notifications(): NotificationRecord[] {
    return this.parts.notifications.list();
  }

  /** Holds back every notification from now on. */
  hold(): void {
    this.parts.notifications.hold();
  }

  /** Sends what is held, in this order, and holds no more; resolves when each was tried once. */
  release(order?: ReleaseOrder): Promise<void> {
    return this.parts.notifications.release(order);
  }

  /** Sends any body, once, to the shop's address or to another: what a stranger could do. */
  sendNotification(body: unknown, to: ForgedNotification = {}): Promise<NotificationRecord> {
    return this.parts.notifications.forge(SANDBOX_YOOKASSA_SHOP_ID, body, to);
  }

  /** Tells of every notification: when it is about to leave, and when it was answered 200. */
  onNotification(listener: NotificationListener): void {
    this.parts.notifications.watch = listener;
  }

  /** Back to a new fake: one shop without receipts and without a notification URL, nothing else. */
  reset(): void {
    const { shops, keys, payments, refunds, notifications, wire } = this.parts;
    for (const part of [shops, keys, payments, refunds, notifications, wire]) part.clear();
    shops.set({
      shopId: SANDBOX_YOOKASSA_SHOP_ID,
      apiKey: SANDBOX_YOOKASSA_API_KEY,
      name: SANDBOX_SHOP_NAME,
    });
  }

  protected override routes(app: FastifyInstance): void {
    strangerRoutes(app);
    paymentRoutes(app, this.parts);
    refundRoutes(app, this.parts);
    checkoutRoutes(app, this.parts, this.people);
    controlRoutes(app, this);
  }

  private view(payment: YooPayment): PaymentView {
    return viewPayment(payment, this.parts.confirmationUrl(payment));
  }
}
