import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentProvider } from './payments.types.js';

/** What a provider told about a payment or refund; one row per event and object however often it comes. */
@Entity('payment_notifications')
export class PaymentNotification {
  /** A number that may outgrow JavaScript's, so a string. */
  @PrimaryColumn('bigint') id!: string;
  @Column('text') provider!: PaymentProvider;
  @Column('text') event!: string;
  @Column('text', { name: 'object_id' }) objectId!: string;
  /** To be looked at. Believed for Stars only, where Telegram's secret vouches for it. */
  @Column('jsonb') body!: unknown;
  @Column('integer') times!: number;
  @Column('timestamptz', { name: 'received_at' }) receivedAt!: Date;
  /** When it is to be handled; null once it was. */
  @Column('timestamptz', { name: 'check_at', nullable: true }) checkAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'handled_at', nullable: true }) handledAt!: Date | null;
  @Column('text', { nullable: true }) outcome!: string | null;
}
