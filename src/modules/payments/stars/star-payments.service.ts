import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logger, toError } from '../../../platform/index.js';
import { TelegramClient, translatePlain, type Language } from '../../telegram/index.js';
import { decideLanguage, UsersService } from '../../users/index.js';
import { PaymentInboxRepository } from '../payment-inbox.repository.js';
import { PaymentWakeUps } from '../payment-wake-ups.js';
import type { Payment } from '../payment.entity.js';
import type { PreCheckout } from '../payments.types.js';
import { PaymentsRepository } from '../payments.repository.js';
import { decidePreCheckout, type PreCheckoutRefusal } from './pre-checkout.rules.js';
import { parseInvoicePayload } from './star-updates.schemas.js';

/** Telegram waits 10 s for the answer to a pre-checkout query; what is left is for the way there. */
const PRE_CHECKOUT_LOOK_MS = 5_000;

/** What Telegram tells about Stars, kept before anything is done with it. */
export interface StarUpdateToKeep {
  event: 'payment.succeeded' | 'refund.succeeded';
  chargeId: string;
  body: object;
}

/** Telegram Stars at the edge: invoices out, pre-checkout queries answered, payments and refunds kept. */
@Injectable()
export class StarPaymentsService {
  private readonly log = logger('stars');

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly inbox: PaymentInboxRepository,
    private readonly users: UsersService,
    private readonly wakeUps: PaymentWakeUps,
    private readonly telegram: TelegramClient,
  ) {}

  /**
   * Puts the invoice of a pending payment into the person's chat; sent twice it is still one payment.
   *
   * @throws TelegramError
   */
  async sendInvoice(payment: Payment, to: { chatId: number; language: Language }): Promise<void> {
    const count = payment.credits;
    const title = translatePlain(to.language, 'stars.invoice.title', { count });
    await this.telegram.sendInvoice(to.chatId, {
      title,
      description: translatePlain(to.language, 'stars.invoice.description', { count }),
      payload: payment.id,
      label: title,
      amountStars: payment.amountStars ?? 0,
    });
  }

  /**
   * Answers from our own state, within Telegram's 10 s (https://core.telegram.org/bots/api#precheckoutquery). Where that cannot be read,
   * the answer is no: no money moves then. Never rejects.
   */
  async answerPreCheckout(query: PreCheckout): Promise<void> {
    const refusal = await this.look(query);
    const language = decideLanguage(query.languageCode);
    try {
      const outcome = await this.telegram.answerPreCheckout(
        query.queryId,
        refusal === null
          ? { ok: true }
          : { ok: false, errorMessage: translatePlain(language, `stars.refused.${refusal}`) },
      );
      this.log.info({ paymentId: query.payload, refusal, outcome }, 'A pre-checkout was answered');
    } catch (error) {
      this.log.warn({ err: toError(error), paymentId: query.payload }, 'A pre-checkout was not answered');
    }
  }

  /** Keeps a payment or refund before any handler runs. @throws when it could not be kept: then Telegram must tell it again. */
  async keep({ event, chargeId, body }: StarUpdateToKeep): Promise<void> {
    const kept = await this.inbox.keep(this.dataSource.manager, {
      provider: 'telegram_stars',
      event,
      objectId: chargeId,
      body,
    });
    await this.wakeUps.wakeKept(kept);
  }

  private async look(query: PreCheckout): Promise<PreCheckoutRefusal | 'unavailable' | null> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<'unavailable'>((resolve) => {
      timer = setTimeout(() => resolve('unavailable'), PRE_CHECKOUT_LOOK_MS);
    });
    const looked = this.decide(query).catch((error: unknown) => {
      this.log.error({ err: toError(error), paymentId: query.payload }, 'A pre-checkout was not decided');
      return 'unavailable' as const;
    });
    try {
      return await Promise.race([looked, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async decide(query: PreCheckout): Promise<PreCheckoutRefusal | null> {
    const paymentId = parseInvoicePayload(query.payload);
    const payment = paymentId && (await this.payments.find(this.dataSource.manager, paymentId));
    if (!payment) return decidePreCheckout(null, query);
    const owner = await this.users.find(payment.userId);
    const { status, provider, amountStars, supersededAt } = payment;
    const row = { status, provider, amountStars, isSuperseded: supersededAt !== null };
    // Nobody is left to buy for; banned people may not go on, and keep what they have.
    if (!owner || owner.bannedAt) return 'outdated';
    return decidePreCheckout({ ...row, ownerTgUserId: owner.tgUserId }, query);
  }
}
