import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ErrorClass } from '../kie/index.js';
import type { PhotoFraming } from '../photos/index.js';
import type { FailureReason, JobStatus, JobStep } from './job-lifecycle.types.js';

export type JobKind = 'neurocard' | 'reels';
export type TemplateType = 'ugc' | 'ad' | 'self';
export type PromptSource = 'openai' | 'openai_fallback' | 'template' | 'self';

/** What an order carried besides the photo and the description. */
export interface JobOptions {
  wishes?: string | null;
  /** The product's description where `promptInput` is the person's own prompt. */
  description?: string;
  /** The slug of the video model that the person chose; absent where they chose none. */
  model?: string;
  language?: 'ru' | 'en';
  queue_deadline_ms?: number;
}

/** One video: what was ordered, where it stands, and what came of it. Changed only by `JobTransitions`. */
@Entity('jobs')
export class Job {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('uuid', { name: 'order_id' }) orderId!: string;
  /** 1 to the order's count. */
  @Column('integer') position!: number;
  @Column('text', { name: 'idempotency_key' }) idempotencyKey!: string;
  @Column('text') kind!: JobKind;
  @Column('text', { name: 'template_type' }) template!: TemplateType;
  @Column('text', { name: 'photo_path', nullable: true }) photoPath!: string | null;
  /** The product's description, or the person's own prompt for the template `self`. */
  @Column('text', { name: 'prompt_input' }) promptInput!: string;
  @Column('jsonb') options!: JobOptions;
  @Column('integer') credits!: number;
  @Column('text') status!: JobStatus;
  @Column('text') step!: JobStep;
  @Column('text', { nullable: true }) prompt!: string | null;
  @Column('text', { name: 'prompt_source', nullable: true }) promptSource!: PromptSource | null;
  /** What all answers on the way to the prompt took; null where no language model has answered. */
  @Column('integer', { name: 'prompt_tokens_in', nullable: true }) promptTokensIn!: number | null;
  @Column('integer', { name: 'prompt_tokens_out', nullable: true }) promptTokensOut!: number | null;
  /** What the look at the photo took, in the first job that was made of it. */
  @Column('integer', { name: 'photo_tokens_in', nullable: true }) photoTokensIn!: number | null;
  @Column('integer', { name: 'photo_tokens_out', nullable: true }) photoTokensOut!: number | null;
  @Column('text', { nullable: true }) model!: string | null;
  @Column('text', { name: 'photo_url', nullable: true }) photoUrl!: string | null;
  /** How the photo behind that link is framed: a model that copies its shape needs another one. */
  @Column('text', { name: 'photo_framing', nullable: true }) photoFraming!: PhotoFraming | null;
  @Column('timestamptz', { name: 'photo_url_expires_at', nullable: true }) photoUrlExpiresAt!: Date | null;
  @Column('timestamptz', { name: 'deadline_at' }) deadlineAt!: Date;
  /** When the job wants its next step; null once it is over. */
  @Column('timestamptz', { name: 'wake_at', nullable: true }) wakeAt!: Date | null;
  /** When the step was due that nobody has begun; null unless its wake-up had to be repeated. */
  @Column('timestamptz', { name: 'overdue_since', nullable: true }) overdueSince!: Date | null;
  /** A wake-up with another number is an old one and does nothing. */
  @Column('integer', { name: 'wake_number' }) wakeNumber!: number;
  @Column('integer', { name: 'generation_attempts' }) generationAttempts!: number;
  @Column('integer', { name: 'delivery_attempts' }) deliveryAttempts!: number;
  @Column('uuid', { name: 'delivery_lease_token', nullable: true }) deliveryLeaseToken!: string | null;
  @Column('timestamptz', { name: 'delivery_lease_until', nullable: true }) deliveryLeaseUntil!: Date | null;
  @Column('text', { name: 'result_url', nullable: true }) resultUrl!: string | null;
  @Column('timestamptz', { name: 'result_expires_at', nullable: true }) resultExpiresAt!: Date | null;
  @Column('text', { name: 'video_file_id', nullable: true }) videoFileId!: string | null;
  @Column('bigint', { name: 'video_message_id', nullable: true }) videoMessageId!: string | null;
  /** A video that was sent before is being sent once more, because an operator said so. */
  @Column('boolean', { name: 'sending_again' }) sendingAgain!: boolean;
  @Column('timestamptz', { name: 'parked_at', nullable: true }) parkedAt!: Date | null;
  @Column('timestamptz', { name: 'presented_at', nullable: true }) presentedAt!: Date | null;
  @Column('text', { name: 'failure_reason', nullable: true }) failureReason!: FailureReason | null;
  @Column('text', { name: 'error_class', nullable: true }) errorClass!: ErrorClass | null;
  @Column('jsonb', { name: 'error_details', nullable: true }) errorDetails!: unknown;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'started_at', nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
