import { UseFilters } from '@nestjs/common';
import { Ctx, On, Update } from 'nestjs-telegraf';
import { StarPaymentsService } from '../../payments/index.js';
import { readPreCheckout } from '../incoming-payments.js';
import type { BotContext } from '../session.middleware.js';
import { RethrowFilter } from './rethrow.filter.js';

/** Purchases in Stars. Telegram waits 10 s for the answer to a pre-checkout query, so it waits for no chat. */
@Update()
@UseFilters(RethrowFilter)
export class PaymentUpdate {
  constructor(private readonly starPayments: StarPaymentsService) {}

  @On('pre_checkout_query')
  async onPreCheckout(@Ctx() ctx: BotContext): Promise<void> {
    const query = readPreCheckout(ctx.update);
    if (query) await this.starPayments.answerPreCheckout(query);
  }
}
