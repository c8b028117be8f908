import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProgressLine } from './progress.types.js';

/** The one message that shows how an order is getting on. */
@Entity('progress_messages')
export class ProgressMessage {
  @PrimaryColumn('uuid', { name: 'order_id' }) orderId!: string;
  @Column('uuid', { name: 'user_id' }) userId!: string;
  @Column('bigint', { name: 'chat_id' }) chatId!: string;
  @Column('bigint', { name: 'message_id', nullable: true }) messageId!: string | null;
  /** What it should show. */
  @Column('jsonb', { nullable: true }) wanted!: ProgressLine[] | null;
  /** What it showed after its last edit. */
  @Column('jsonb', { nullable: true }) shown!: ProgressLine[] | null;
  @Column('timestamptz', { name: 'edited_at', nullable: true }) editedAt!: Date | null;
  /** Edits in a row that failed. */
  @Column('integer') failures!: number;
  /** Set with the last edit, or when the message is gone. */
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt!: Date | null;
}
