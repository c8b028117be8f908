import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money given back; followed until the provider's final word. */
@Entity('payment_refunds')
export class PaymentRefund {
  /** Also the provider's idempotency key. */
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'payment_id' }) paymentId!: string;
  /** What is given back: the provider's id of the payment or charge. */
  @Column('text', { name: 'charge_id' }) chargeId!: string;
  /** Of Stars, where somebody else has paid; PostgreSQL sends bigint as text. */
  @Column('bigint', { name: 'payer_tg_user_id', nullable: true }) payerTgUserId!: string | null;
  /** In the unit of the payment: kopecks, or Stars. */
  @Column('integer') amount!: number;
  /** Asked for by an operator; made at the provider; of a second charge for one payment, which takes no credits. */
  @Column('text') origin!: 'operator' | 'provider' | 'surplus';
  @Column('text') status!: 'pending' | 'succeeded' | 'canceled' | 'failed';
  @Column('text', { name: 'provider_refund_id', nullable: true }) providerRefundId!: string | null;
  /** Why, in the operator's words. */
  @Column('text', { nullable: true }) reason!: string | null;
  /** Makes the operator's wish repeatable. */
  @Column('text', { nullable: true }) cause!: string | null;
  @Column('jsonb', { name: 'frozen_request', nullable: true }) frozenRequest!: Record<string, unknown> | null;
  @Column('integer', { name: 'unanswered_creations' }) unansweredCreations!: number;
  /** The provider's word for why it did not come about. */
  @Column('text', { name: 'failure_reason', nullable: true }) failureReason!: string | null;
  @Column('timestamptz', { name: 'check_at', nullable: true }) checkAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
