import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Looked } from './look.types.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundsRepository } from './refunds.repository.js';
import { RefundsService } from './refunds.service.js';
import { StarSettlement } from './stars/star-settlement.js';

/** Looks at a refund that is under way, with whoever took the money. */
@Injectable()
export class PendingRefunds {
  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly yooKassa: RefundsService,
    private readonly stars: StarSettlement,
  ) {}

  /** @param ageMs since the row was made, on the database's clock. */
  async look(id: string, ageMs: number): Promise<Looked> {
    const { manager } = this.dataSource;
    const refund = await this.refunds.find(manager, id);
    if (refund?.status !== 'pending') return { kind: 'over' };
    const payment = await this.payments.find(manager, refund.paymentId);
    return payment?.provider === 'telegram_stars'
      ? this.stars.refund(refund)
      : this.yooKassa.look(refund, ageMs);
  }
}
