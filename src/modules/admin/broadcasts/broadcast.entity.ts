import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from '../../telegram/index.js';
import type { BroadcastWho, LinkButton, StopReason } from './broadcast.types.js';

/** PostgreSQL sends bigint as text; Telegram's ids stay under 2^53. */
const id = {
  from: (value: string | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};

/** A message that goes to many people. Changed only by `BroadcastsRepository` and `DeliveriesRepository`. */
@Entity('broadcasts')
export class Broadcast {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') status!: 'sending' | 'stopped' | 'done';
  @Column('text', { name: 'stopped_because', nullable: true }) stoppedBecause!: StopReason | null;
  /** The chat with the message that is copied; null once its operator was erased. */
  @Column('bigint', { name: 'from_chat_id', nullable: true, transformer: id }) fromChatId!: number | null;
  @Column('bigint', { name: 'message_id', transformer: id }) messageId!: number;
  @Column('jsonb', { nullable: true }) button!: LinkButton | null;
  @Column('text', { nullable: true }) language!: Language | null;
  @Column('text') who!: BroadcastWho;
  /** How many were in the audience when it began. */
  @Column('integer') people!: number;
  /** The audience was gone through up to here. */
  @Column('uuid', { name: 'last_user_id', nullable: true }) lastUserId!: string | null;
  /** Since when nobody is left to be listed. */
  @Column('timestamptz', { name: 'listed_at', nullable: true }) listedAt!: Date | null;
  @Column('integer') sent!: number;
  @Column('integer') blocked!: number;
  @Column('integer') failed!: number;
  @Column('integer') unknown!: number;
  @Column('integer') skipped!: number;
  /** Deliveries without an answer, one after the other. */
  @Column('integer', { name: 'unknown_in_a_row' }) unknownInARow!: number;
  @Column('bigint', { name: 'progress_chat_id', nullable: true, transformer: id }) progressChatId!:
    number | null;
  @Column('bigint', { name: 'progress_message_id', nullable: true, transformer: id }) progressMessageId!:
    number | null;
  /** When the progress was last to be shown. */
  @Column('timestamptz', { name: 'shown_at', nullable: true }) shownAt!: Date | null;
  /** The next look at it; null when it is not being sent. */
  @Column('timestamptz', { name: 'wake_at', nullable: true }) wakeAt!: Date | null;
  @Column('integer', { name: 'wake_number' }) wakeNumber!: number;
  /** Telegram asked for silence, or gave no answer. */
  @Column('timestamptz', { name: 'paused_until', nullable: true }) pausedUntil!: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  /** Since when it stands still. */
  @Column('timestamptz', { name: 'stopped_at', nullable: true }) stoppedAt!: Date | null;
}
