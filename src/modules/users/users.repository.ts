import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import type { Language } from './language.rules.js';
import { User } from './user.entity.js';

/** What Telegram says about a person, ready to be stored. */
export interface StoredProfile {
  tgUserId: number;
  /** By which somebody who was erased is known again. */
  tgUserHmac: Buffer;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  /** Used only for a new person: it is theirs to change afterwards. */
  language: Language;
}

/** The rows of `users`, but for those of erased people, which nobody finds. Never writes `credits`. */
@Injectable()
export class UsersRepository {
  /** The SQL function `register_user`: the welcome credits go out once, however many calls race. A new person has agreed to the terms. */
  async register(em: EntityManager, profile: StoredProfile): Promise<{ userId: string; created: boolean }> {
    const [row] = await em.query<{ answer: { user_id: string; created: boolean } }[]>(
      'select register_user($1, $2, $3, $4, $5, p_tg_user_hmac => $6, p_consented => true) as answer',
      [
        ...[profile.tgUserId, profile.username, profile.firstName, profile.lastName],
        ...[profile.language, profile.tgUserHmac],
      ],
    );
    if (!row) throw new Error('register_user answered nothing');
    return { userId: row.answer.user_id, created: row.answer.created };
  }

  findById(em: EntityManager, id: string): Promise<User | null> {
    return em.findOneBy(User, { id, erasedAt: IsNull() });
  }

  findByTgUserId(em: EntityManager, tgUserId: number): Promise<User | null> {
    return em.findOneBy(User, { tgUserId });
  }

  /** @returns false when there is no such user. */
  setLanguage(em: EntityManager, id: string, language: Language): Promise<boolean> {
    return this.change(em, id, { language });
  }

  /** @returns false when there is no such user. */
  setEmail(em: EntityManager, id: string, email: string): Promise<boolean> {
    return this.change(em, id, { email });
  }

  /** Keeps the first moment. @returns false when there is no such user. */
  async agree(em: EntityManager, id: string): Promise<boolean> {
    const [, found] = await em.query<[unknown, number]>(
      'update users set consented_at = coalesce(consented_at, now()) where id = $1 and erased_at is null',
      [id],
    );
    return found === 1;
  }

  /** @returns false when the person was already known to have blocked the bot, or does not exist. */
  async markBlocked(em: EntityManager, id: string): Promise<boolean> {
    const [, changed] = await em.query<[unknown, number]>(
      'update users set blocked_at = now() where id = $1 and blocked_at is null and erased_at is null',
      [id],
    );
    return changed === 1;
  }

  /** @returns false when the person stood so already, or does not exist. */
  async setBanned(em: EntityManager, id: string, banned: boolean): Promise<boolean> {
    const [, changed] = await em.query<[unknown, number]>(
      `update users set banned_at = case when $2 then clock_timestamp() end
        where id = $1 and erased_at is null and (banned_at is null) = $2`,
      [id, banned],
    );
    return changed === 1;
  }

  /** @returns true when the person had blocked the bot until now. */
  async markReturned(em: EntityManager, id: string): Promise<boolean> {
    const [, changed] = await em.query<[unknown, number]>(
      'update users set blocked_at = null where id = $1 and blocked_at is not null',
      [id],
    );
    return changed === 1;
  }

  /** Leaves of a user with no credits nothing but our own id, the HMAC, and when they came, agreed, were banned. */
  async erase(em: EntityManager, id: string, tgUserHmac: Buffer): Promise<void> {
    await em.query(
      `update users set tg_user_id = null, tg_user_hmac = $2, erased_at = clock_timestamp(), username = null,
              first_name = null, last_name = null, email = null, language = default, blocked_at = null
        where id = $1 and erased_at is null`,
      [id, tgUserHmac],
    );
  }

  private async change(
    em: EntityManager,
    id: string,
    values: { language: Language } | { email: string },
  ): Promise<boolean> {
    const { affected } = await em.update(User, { id, erasedAt: IsNull() }, values);
    return affected === 1;
  }
}
