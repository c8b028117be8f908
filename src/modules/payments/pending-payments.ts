import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Looked } from './look.types.js';
import { PaymentCreation } from './payment-creation.js';
import { PaymentSettlement } from './payment-settlement.js';
import { PaymentsRepository } from './payments.repository.js';

/** Looks at a payment that waits: makes it where the provider may not have it yet, else asks what became of it. */
@Injectable()
export class PendingPayments {
  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly creation: PaymentCreation,
    private readonly settlement: PaymentSettlement,
  ) {}

  /** @param ageMs since the row was made, on the database's clock. */
  async look(id: string, ageMs: number): Promise<Looked> {
    const payment = await this.payments.find(this.dataSource.manager, id);
    if (payment?.status !== 'pending' || payment.provider !== 'yookassa') return { kind: 'over' };
    if (payment.providerPaymentId === null) {
      const created = await this.creation.create(payment, ageMs);
      if (created.kind === 'again') return created;
      return { kind: created.kind === 'made' || created.kind === 'unusable' ? 'again' : 'over' };
    }
    const { settlement, askedMs } = await this.settlement.readBack(payment, 'check');
    return settlement === 'waiting' || settlement === 'unreadable'
      ? { kind: 'again', askedMs }
      : { kind: 'over' };
  }
}
