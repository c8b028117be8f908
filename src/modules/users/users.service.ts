import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { runInTransaction } from '../../platform/index.js';
import { decideLanguage, type Language } from './language.rules.js';
import type { User } from './user.entity.js';
import { UserNotFoundError } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

/** What Telegram says about the sender of an update. */
export interface TelegramProfile {
  tgUserId: number;
  username?: string;
  firstName?: string;
  lastName?: string;
  /** Telegram's `language_code`. */
  languageCode?: string;
}

/** People: who they are, their language, and whether the bot may write to them. */
@Injectable()
export class UsersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersRepository,
  ) {}

  /**
   * The person's row, made on their first visit together with the welcome credits, once even for parallel calls.
   * Later calls bring the name up to date; the language stays the person's own choice.
   */
  register(profile: TelegramProfile): Promise<{ user: User; created: boolean }> {
    return runInTransaction(this.dataSource, async (em) => {
      const { userId, created } = await this.users.register(em, {
        tgUserId: profile.tgUserId,
        username: storable(profile.username),
        firstName: storable(profile.firstName),
        lastName: storable(profile.lastName),
        language: decideLanguage(profile.languageCode),
      });
      const user = await this.users.findById(em, userId);
      if (!user) throw new UserNotFoundError(userId);
      return { user, created };
    });
  }

  /** The person with this Telegram id, or null when they never started the bot. */
  findByTgUserId(tgUserId: number): Promise<User | null> {
    return this.users.findByTgUserId(this.dataSource.manager, tgUserId);
  }

  /** @throws UserNotFoundError */
  async getById(id: string): Promise<User> {
    const user = await this.users.findById(this.dataSource.manager, id);
    if (!user) throw new UserNotFoundError(id);
    return user;
  }

  /** @throws UserNotFoundError */
  async setLanguage(userId: string, language: Language): Promise<void> {
    const found = await this.users.setLanguage(this.dataSource.manager, userId, language);
    if (!found) throw new UserNotFoundError(userId);
  }

  /**
   * Where the person's receipts go from now on; the caller has checked the form of the address.
   *
   * @throws UserNotFoundError
   */
  async setEmail(userId: string, email: string): Promise<void> {
    const found = await this.users.setEmail(this.dataSource.manager, userId, email);
    if (!found) throw new UserNotFoundError(userId);
  }

  /**
   * Telegram refused a message because the person blocked the bot; the first moment counts.
   *
   * @returns false when that was known already.
   */
  markBlocked(userId: string): Promise<boolean> {
    return this.users.markBlocked(this.dataSource.manager, userId);
  }

  /** The person wrote again. @returns true when they had blocked the bot until now. */
  markReturned(userId: string): Promise<boolean> {
    return this.users.markReturned(this.dataSource.manager, userId);
  }
}

/** PostgreSQL's text cannot hold a NUL. */
function storable(text: string | undefined): string | null {
  return text?.replaceAll('\0', '') || null;
}
