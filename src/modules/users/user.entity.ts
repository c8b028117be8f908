import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Language } from './language.rules.js';

/**
 * A Telegram user. Read only: profiles change through `UsersService`, the balance through the credits module. The row of a person who was
 * erased is no user any more and is never read as one.
 */
@Entity('users')
export class User {
  @PrimaryColumn('uuid') id!: string;
  /** Telegram's id, also of the private chat. PostgreSQL sends bigint as text; Telegram's ids stay under 2^53. */
  @Column('bigint', {
    name: 'tg_user_id',
    nullable: true,
    transformer: { from: Number, to: (id: unknown) => id },
  })
  tgUserId!: number;
  @Column('text', { nullable: true }) username!: string | null;
  @Column('text', { name: 'first_name', nullable: true }) firstName!: string | null;
  @Column('text', { name: 'last_name', nullable: true }) lastName!: string | null;
  @Column('text') language!: Language;
  /** Where receipts go; null until the person has given one. */
  @Column('text', { nullable: true }) email!: string | null;
  /** The balance. */
  @Column('integer') credits!: number;
  /** Since when the person has blocked the bot; null while they have not. */
  @Column('timestamptz', { name: 'blocked_at', nullable: true }) blockedAt!: Date | null;
  @Column('timestamptz', { name: 'banned_at', nullable: true }) bannedAt!: Date | null;
  /** When they agreed to the terms; null only for people from before these were asked about. */
  @Column('timestamptz', { name: 'consented_at', nullable: true }) consentedAt!: Date | null;
  /** Set in rows of erased people only, in place of the Telegram id. */
  @Column('bytea', { name: 'tg_user_hmac', nullable: true, select: false }) tgUserHmac?: Buffer | null;
  @Column('timestamptz', { name: 'erased_at', nullable: true, select: false }) erasedAt?: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
