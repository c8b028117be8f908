import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FoundBy, PaymentProvider, PaymentStatus } from './payments.types.js';

/** A purchase of credits, with its price frozen. Written before anybody is asked for money, and never deleted. */
@Entity('payments')
export class Payment {
  /** Also the provider's idempotency key, and the invoice's payload. */
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('text', { name: 'plan_id' }) planId!: string;
  @Column('text') provider!: PaymentProvider;
  /** YooKassa's id of the payment, or Telegram's of the charge; null until known. */
  @Column('text', { name: 'provider_payment_id', nullable: true }) providerPaymentId!: string | null;
  @Column('text') status!: PaymentStatus;
  @Column('integer', { name: 'amount_kopecks', nullable: true }) amountKopecks!: number | null;
  @Column('integer', { name: 'amount_stars', nullable: true }) amountStars!: number | null;
  @Column('text') currency!: 'RUB' | 'XTR';
  @Column('integer') credits!: number;
  /** In the unit of the amount. */
  @Column('integer', { name: 'refunded_kopecks' }) refundedKopecks!: number;
  /** What refunds could not take back because it had been spent. */
  @Column('integer', { name: 'credits_owed' }) creditsOwed!: number;
  /** The body of the request that makes it at the provider, sent as it stands here however often. */
  @Column('jsonb', { name: 'frozen_request', nullable: true }) frozenRequest!: Record<string, unknown> | null;
  @Column('text', { name: 'confirmation_url', nullable: true }) confirmationUrl!: string | null;
  /** The draft that waited for these credits. */
  @Column('uuid', { name: 'draft_id', nullable: true }) draftId!: string | null;
  /** The message with the pay button, which is turned into the result. PostgreSQL sends bigint as text. */
  @Column('bigint', { name: 'message_id', nullable: true }) messageId!: string | null;
  /** Since when it is not handed out again, though it can still be paid. */
  @Column('timestamptz', { name: 'superseded_at', nullable: true }) supersededAt!: Date | null;
  /** When it was canceled, or refused. */
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  /** The provider's word for why it did not come about. */
  @Column('text', { name: 'failure_reason', nullable: true }) failureReason!: string | null;
  @Column('text', { name: 'found_by', nullable: true }) foundBy!: FoundBy | null;
  /** What does not match in a payment that was paid: it is not credited, operators look at it. */
  @Column('text', { name: 'parked_reason', nullable: true }) parkedReason!: string | null;
  /** Since when an operator says that nothing more is to be done about a parked one. */
  @Column('timestamptz', { name: 'settled_by_hand_at', nullable: true }) settledByHandAt!: Date | null;
  /** Requests to make it that have no answer (yet): as long as there is one, the provider may have made it. */
  @Column('integer', { name: 'unanswered_creations' }) unansweredCreations!: number;
  /** The person was told that the link would come. */
  @Column('boolean', { name: 'link_promised' }) linkPromised!: boolean;
  /** When it wants to be looked at; null where nothing more is to be learnt by looking. */
  @Column('timestamptz', { name: 'check_at', nullable: true }) checkAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'completed_at', nullable: true }) completedAt!: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
