import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Language } from './language.rules.js';
import { User } from './user.entity.js';

/** What Telegram says about a person, ready to be stored. */
export interface StoredProfile {
  tgUserId: number;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  /** Used only for a new person: it is theirs to change afterwards. */
  language: Language;
}

/** The rows of `users`. Never writes `credits`. */
@Injectable()
export class UsersRepository {
  /** The SQL function `register_user`: the welcome credits go out once, however many calls race. */
  async register(em: EntityManager, profile: StoredProfile): Promise<{ userId: string; created: boolean }> {
    const [row] = await em.query<{ answer: { user_id: string; created: boolean } }[]>(
      'select register_user($1, $2, $3, $4, $5) as answer',
      [profile.tgUserId, profile.username, profile.firstName, profile.lastName, profile.language],
    );
    if (!row) throw new Error('register_user answered nothing');
    return { userId: row.answer.user_id, created: row.answer.created };
  }

  findById(em: EntityManager, id: string): Promise<User | null> {
    return em.findOneBy(User, { id });
  }

  findByTgUserId(em: EntityManager, tgUserId: number): Promise<User | null> {
    return em.findOneBy(User, { tgUserId });
  }

  /** @returns false when there is no such user. */
  async setLanguage(em: EntityManager, id: string, language: Language): Promise<boolean> {
    const { affected } = await em.update(User, { id }, { language });
    return affected === 1;
  }

  /** @returns false when there is no such user. */
  async setEmail(em: EntityManager, id: string, email: string): Promise<boolean> {
    const { affected } = await em.update(User, { id }, { email });
    return affected === 1;
  }

  /** @returns false when the person was already known to have blocked the bot, or does not exist. */
  async markBlocked(em: EntityManager, id: string): Promise<boolean> {
    const [, changed] = await em.query<[unknown, number]>(
      'update users set blocked_at = now() where id = $1 and blocked_at is null',
      [id],
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
}
