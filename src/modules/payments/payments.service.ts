import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, runInTransaction } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { translatePlain } from '../telegram/index.js';
import { decideCancellation } from './cancellation.rules.js';
import { priceOffers } from './offers.rules.js';
import { isReusable } from './open-payment.rules.js';
import { PaymentCreation } from './payment-creation.js';
import { priceOf } from './payment-notices.js';
import { PaymentSettlement, type Settlement } from './payment-settlement.js';
import { PaymentWakeUps } from './payment-wake-ups.js';
import type { Payment } from './payment.entity.js';
import type {
  BuyOutcome,
  BuyRequest,
  CheckOutcome,
  Offers,
  PaymentProvider,
  PaymentView,
} from './payments.types.js';
import { PaymentsRepository } from './payments.repository.js';
import type { PricingPlan } from './pricing-plan.entity.js';
import { StarPaymentsService } from './stars/star-payments.service.js';
import { buildPaymentRequest, receiptEmailOf } from './yookassa/payment-request.rules.js';

/** What people can do with payments: see what is sold, buy it, and ask what became of it. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly creation: PaymentCreation,
    private readonly settlement: PaymentSettlement,
    private readonly stars: StarPaymentsService,
    private readonly credits: CreditsService,
    private readonly wakeUps: PaymentWakeUps,
    private readonly env: Env,
  ) {}

  /** What is sold now. @param creditsPerVideo credits that a video costs. */
  async listOffers(creditsPerVideo: number): Promise<Offers> {
    const plans = await this.payments.listPlans(this.dataSource.manager);
    return { plans: priceOffers(plans, creditsPerVideo), providers: this.providers };
  }

  /**
   * Opens a payment, or hands out the open one for the same plan and price. The row comes first; only then is the provider asked.
   * The same request again, by its `paymentId`, opens no second one, also when the first is over.
   *
   * @throws TelegramError when an invoice in Stars could not be sent.
   */
  async buy(request: BuyRequest): Promise<BuyOutcome> {
    const { buyer, provider } = request;
    const plan = await this.findPlan(request);
    if (!plan) return { kind: 'not_on_offer' };
    if (provider === 'yookassa' && this.env.YOOKASSA_RECEIPTS && !buyer.email)
      return { kind: 'email_needed' };
    const { payment, ageMs } = await runInTransaction(this.dataSource, (manager) =>
      this.open(manager, request, plan),
    );
    if (payment.status !== 'pending') return { kind: 'over', payment: viewOf(payment) };
    if (provider === 'yookassa') return this.linkTo(payment, ageMs);
    await this.stars.sendInvoice(payment, { chatId: request.chatId, language: buyer.language });
    return { kind: 'invoice', payment: viewOf(payment) };
  }

  /** Asks the provider at once what became of the person's payment. */
  async check(userId: string, paymentId: string): Promise<CheckOutcome> {
    const { manager } = this.dataSource;
    const payment = await this.payments.findOfUser(manager, userId, paymentId);
    if (!payment) return { kind: 'not_found' };
    if (payment.status === 'pending') await this.settlement.readBack(payment, 'person');
    const now = (await this.payments.find(manager, paymentId)) ?? payment;
    return { kind: 'checked', payment: viewOf(now), balance: await this.credits.balanceOf(userId) };
  }

  /** Whether there is a payment of this id, anybody's. */
  async isThere(manager: EntityManager, paymentId: string): Promise<boolean> {
    return (await this.payments.find(manager, paymentId)) !== null;
  }

  /** An operator has YooKassa asked about a payment, whatever became of it. @returns null when there is no such payment. */
  async checkForOperator(paymentId: string): Promise<Settlement | null> {
    const payment = await this.payments.find(this.dataSource.manager, paymentId);
    if (!payment) return null;
    if (payment.provider !== 'yookassa') return 'over';
    return (await this.settlement.readBack(payment, 'check')).settlement;
  }

  /** The message with the pay button: it is turned into the result. */
  noteMessage(paymentId: string, messageId: number): Promise<void> {
    return this.payments.setMessage(this.dataSource.manager, paymentId, messageId);
  }

  private get providers(): PaymentProvider[] {
    return this.env.TELEGRAM_STARS ? ['yookassa', 'telegram_stars'] : ['yookassa'];
  }

  private async findPlan({ planId, provider }: BuyRequest): Promise<PricingPlan | null> {
    if (!this.providers.includes(provider)) return null;
    const plans = await this.payments.listPlans(this.dataSource.manager);
    return plans.find(({ id }) => id === planId) ?? null;
  }

  private async open(
    manager: EntityManager,
    request: BuyRequest,
    plan: PricingPlan,
  ): Promise<{ payment: Payment; ageMs: number }> {
    const { buyer, provider, draftId, paymentId } = request;
    await this.credits.lockUser(manager, buyer.id);
    const wish = { paymentId, userId: buyer.id, planId: plan.id, provider };
    const open = await this.payments.findOpened(manager, wish);
    if (open?.payment.id === paymentId) return open;
    if (open) {
      const receiptEmail = this.receiptEmail(request);
      const sale = { provider, receiptEmail, ...plan };
      const offered = {
        ...open.payment,
        ageMs: open.ageMs,
        receiptEmail: receiptEmailOf(open.payment.frozenRequest),
      };
      if (isReusable(offered, sale, this.env.PAYMENT_REUSE_MS)) {
        await this.payments.setDraft(manager, open.payment.id, draftId);
        return open;
      }
      await this.payments.supersede(manager, open.payment.id);
    }
    return { payment: await this.insert(manager, request, plan), ageMs: 0 };
  }

  private insert(manager: EntityManager, request: BuyRequest, plan: PricingPlan): Promise<Payment> {
    const { buyer, provider, draftId, paymentId: id } = request;
    const isCard = provider === 'yookassa';
    return this.payments.insert(manager, {
      id,
      userId: buyer.id,
      planId: plan.id,
      provider,
      amountKopecks: isCard ? plan.priceKopecks : null,
      amountStars: isCard ? null : plan.priceStars,
      credits: plan.credits,
      frozenRequest: isCard ? this.requestOf(id, request, plan) : null,
      draftId,
      // Whoever pays in Stars is told of by Telegram, and nowhere else is there anything to ask.
      checkInMs: isCard ? this.env.PAYMENT_CHECK_FIRST_MS : null,
    });
  }

  private requestOf(id: string, request: BuyRequest, plan: PricingPlan): Record<string, unknown> {
    const { env } = this;
    const email = this.receiptEmail(request);
    const settings = {
      vatCode: env.YOOKASSA_VAT_CODE ?? 1,
      paymentMode: env.YOOKASSA_PAYMENT_MODE,
      paymentSubject: env.YOOKASSA_PAYMENT_SUBJECT,
      taxSystemCode: env.YOOKASSA_TAX_SYSTEM_CODE,
    };
    return buildPaymentRequest({
      paymentId: id,
      kopecks: plan.priceKopecks,
      description: translatePlain(request.buyer.language, 'payment.description', { count: plan.credits }),
      returnUrl: `https://t.me/${request.botUsername}?start=paid_${id.replaceAll('-', '')}`,
      locale: request.buyer.language,
      receipt: email ? { email, settings } : null,
    });
  }

  private receiptEmail({ buyer, provider }: BuyRequest): string | null {
    return this.env.YOOKASSA_RECEIPTS && provider === 'yookassa' ? buyer.email : null;
  }

  private async linkTo(payment: Payment, ageMs: number): Promise<BuyOutcome> {
    if (payment.confirmationUrl !== null) return { kind: 'link', payment: viewOf(payment) };
    const { manager } = this.dataSource;
    const created = await this.creation.create(payment, ageMs);
    if (created.kind === 'refused' || created.kind === 'unusable') return { kind: 'unavailable' };
    // Somebody else may have found the link meanwhile: then nothing is promised.
    const isPromised = created.kind !== 'made' && (await this.payments.promiseLink(manager, payment.id));
    await this.wakeUps.wake('payment', payment.id, { delayMs: this.env.PAYMENT_CHECK_FIRST_MS });
    const now = (await this.payments.find(manager, payment.id)) ?? payment;
    return { kind: isPromised || now.confirmationUrl === null ? 'link_later' : 'link', payment: viewOf(now) };
  }
}

function viewOf(payment: Payment): PaymentView {
  const isOver = payment.status === 'canceled' || payment.status === 'failed';
  return {
    paymentId: payment.id,
    planId: payment.planId,
    provider: payment.provider,
    status: payment.status,
    credits: payment.credits,
    price: priceOf(payment),
    confirmationUrl: payment.confirmationUrl,
    receiptEmail: receiptEmailOf(payment.frozenRequest),
    reason: isOver ? decideCancellation(payment.failureReason) : null,
    resumesOrder: payment.draftId !== null,
  };
}
