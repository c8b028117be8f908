import { Injectable } from '@nestjs/common';
import { OrderTerms } from '../jobs/index.js';
import { PaymentsService } from '../payments/index.js';
import { UsersService, type User } from '../users/index.js';
import type { PurchaseEffect, PurchaseResult } from './conversation.types.js';
import type { OpenConversation } from './session.middleware.js';
import { paymentIdOf } from './stable-ids.js';

type EffectOf<K extends PurchaseEffect['kind']> = Extract<PurchaseEffect, { kind: K }>;

/** Does what a decision about buying asks for. The person's row in hand is kept true, so that screens show what is so now. */
@Injectable()
export class PurchaseEffects {
  constructor(
    private readonly payments: PaymentsService,
    private readonly users: UsersService,
    private readonly terms: OrderTerms,
  ) {}

  perform(effect: PurchaseEffect, conversation: OpenConversation, user: User): Promise<PurchaseResult> {
    switch (effect.kind) {
      case 'list_plans':
        return this.listPlans(effect);
      case 'buy':
        return this.buy(effect, conversation, user);
      case 'check_payment':
        return this.check(effect, user);
      case 'save_email':
        return this.saveEmail(effect, user);
    }
  }

  private async listPlans({ planId }: EffectOf<'list_plans'>): Promise<PurchaseResult> {
    return { kind: 'plans_listed', planId, offers: await this.payments.listOffers(this.terms.priceOf(1)) };
  }

  private async buy(
    { planId, provider, draftId }: EffectOf<'buy'>,
    { sender, botUsername, tap, updateId }: OpenConversation,
    user: User,
  ): Promise<PurchaseResult> {
    const { id, tgUserId, language, email } = user;
    const buyer = { id, tgUserId, language, email };
    const outcome = await this.payments.buy({
      ...{ buyer, planId, provider, draftId, botUsername },
      chatId: sender.chatId,
      paymentId: paymentIdOf(sender.chatId, updateId),
    });
    return { kind: 'bought', planId, outcome, onMessage: tap?.messageId ?? null };
  }

  private async check({ paymentId, asked }: EffectOf<'check_payment'>, user: User): Promise<PurchaseResult> {
    const outcome = await this.payments.check(user.id, paymentId);
    if (outcome.kind === 'checked') user.credits = outcome.balance;
    return { kind: 'payment_checked', asked, outcome };
  }

  private async saveEmail({ planId, email }: EffectOf<'save_email'>, user: User): Promise<PurchaseResult> {
    await this.users.setEmail(user.id, email);
    user.email = email;
    return { kind: 'email_saved', planId };
  }
}
