import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NoticePayload } from './notice.types.js';

/** Something that we still have to tell a person; written in the transaction that made it true. */
@Entity('notices')
export class Notice {
  /** A number that may outgrow JavaScript's, so a string. */
  @PrimaryColumn('bigint') id!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('text') kind!: NoticePayload['kind'];
  /** The fact that it tells; one notice per fact. */
  @Column('text') cause!: string;
  @Column('jsonb') payload!: NoticePayload;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'next_attempt_at' }) nextAttemptAt!: Date;
  @Column('integer') attempts!: number;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt!: Date | null;
  @Column('bigint', { name: 'message_id', nullable: true }) messageId!: string | null;
  @Column('timestamptz', { name: 'dropped_at', nullable: true }) droppedAt!: Date | null;
  /** Set while the person has blocked the bot. */
  @Column('timestamptz', { name: 'parked_at', nullable: true }) parkedAt!: Date | null;
  @Column('text', { name: 'last_error', nullable: true }) lastError!: string | null;
}
