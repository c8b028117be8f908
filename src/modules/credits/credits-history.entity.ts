import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why a balance changed. */
export const OPERATION_TYPES = [
  'signup',
  'usage',
  'refund',
  'purchase',
  'payment_refund',
  'bonus',
  'topup',
  'correction',
  'expired',
  'import',
] as const;
export type OperationType = (typeof OPERATION_TYPES)[number];

/** One change of one balance. The table is append-only: the schema refuses to change or delete a row. */
@Entity('credits_history')
export class CreditsHistory {
  /** Ascending per user in the order of the changes. */
  @PrimaryColumn('bigint', { transformer: { from: Number, to: (id: unknown) => id } })
  id!: number;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('text', { name: 'operation_type' }) operationType!: OperationType;
  /** Credits: above 0 given, below 0 taken. */
  @Column('integer') amount!: number;
  @Column('integer', { name: 'balance_after' }) balanceAfter!: number;
  @Column('uuid', { name: 'job_id', nullable: true }) jobId!: string | null;
  @Column('uuid', { name: 'payment_id', nullable: true }) paymentId!: string | null;
  @Column('text', { name: 'provider_refund_id', nullable: true }) providerRefundId!: string | null;
  /** What a `payment_refund` gave back, in the unit of the payment's amount: kopecks or Stars. */
  @Column('integer', { name: 'refunded_kopecks', nullable: true }) refundedKopecks!: number | null;
  /** Makes the change repeatable: a cause stands here once. */
  @Column('text', { nullable: true }) cause!: string | null;
  @Column('text', { nullable: true }) description!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}
