import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PaymentsRepository } from './payments.repository.js';

/** Payments that were paid otherwise than they were sold: only a person can say what is to become of them. */
@Injectable()
export class ParkedPayments {
  constructor(private readonly payments: PaymentsRepository) {}

  /** An operator has given back the money, or granted the credits, by hand: nobody needs to look any more, and nothing grants it again. */
  async settle(
    manager: EntityManager,
    paymentId: string,
  ): Promise<'done' | 'unchanged' | 'not_parked' | 'not_found'> {
    if (await this.payments.settleByHand(manager, paymentId)) return 'done';
    const payment = await this.payments.find(manager, paymentId);
    if (!payment) return 'not_found';
    return payment.settledByHandAt === null ? 'not_parked' : 'unchanged';
  }
}
