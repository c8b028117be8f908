import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env, runInTransaction } from '../../platform/index.js';
import { decideLanguage, type Language } from './language.rules.js';
import { hmacOfTelegramId } from './telegram-id-hmac.js';
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
    @Inject(Env) private readonly settings: Pick<Env, 'USER_HMAC_KEY'>,
  ) {}

  /**
   * Registers a person who has agreed to the terms: their row and the welcome credits, once even for parallel calls. Somebody who was
   * erased is a new person without a second welcome. Later calls bring the name up to date; whether they agreed, they do not change.
   *
   * @param chosen the language that the person has chosen; without one a new person's is Telegram's, a known one's stays.
   */
  register(
    profile: TelegramProfile,
    chosen: { language?: Language } = {},
  ): Promise<{ user: User; created: boolean }> {
    return runInTransaction(this.dataSource, async (em) => {
      const { userId, created } = await this.users.register(em, {
        tgUserId: profile.tgUserId,
        tgUserHmac: this.hmacOf(profile.tgUserId),
        ...namesOf(profile),
        language: chosen.language ?? decideLanguage(profile.languageCode),
      });
      if (!created && chosen.language) await this.users.setLanguage(em, userId, chosen.language);
      const user = await this.users.findById(em, userId);
      if (!user) throw new UserNotFoundError(userId);
      return { user, created };
    });
  }

  /** Brings the name of a person who was just read up to date; nothing is asked or written where it has not changed. */
  async refresh(user: User, profile: TelegramProfile): Promise<User> {
    const { username, firstName, lastName } = namesOf(profile);
    const isSame = user.username === username && user.firstName === firstName && user.lastName === lastName;
    return isSame ? user : (await this.register(profile)).user;
  }

  /**
   * The person has agreed to the terms: for people who were registered before they were asked. The first moment counts.
   *
   * @throws UserNotFoundError
   */
  async agree(userId: string): Promise<void> {
    const found = await this.users.agree(this.dataSource.manager, userId);
    if (!found) throw new UserNotFoundError(userId);
  }

  /**
   * The last step of an erasure, in the caller's transaction and under the person's lock: forgets the profile, and keeps an HMAC of the
   * Telegram id, by which a later /start is known. The balance must be 0.
   *
   * @throws UserNotFoundError
   */
  async erase(manager: EntityManager, userId: string): Promise<void> {
    const user = await this.users.findById(manager, userId);
    if (!user) throw new UserNotFoundError(userId);
    await this.users.erase(manager, userId, this.hmacOf(user.tgUserId));
  }

  /** The person with this Telegram id, or null when they never started the bot, or were erased. */
  findByTgUserId(tgUserId: number): Promise<User | null> {
    return this.users.findByTgUserId(this.dataSource.manager, tgUserId);
  }

  /** The person with this id of ours, as the caller's transaction sees them where one is given; null once they were erased. */
  find(id: string, manager: EntityManager = this.dataSource.manager): Promise<User | null> {
    return this.users.findById(manager, id);
  }

  /** @throws UserNotFoundError also for somebody who was erased. */
  async getById(id: string): Promise<User> {
    const user = await this.find(id);
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

  /** Operators close the bot to a person, or open it again, in the caller's transaction. @returns false when it stood so already. */
  setBanned(manager: EntityManager, userId: string, banned: boolean): Promise<boolean> {
    return this.users.setBanned(manager, userId, banned);
  }

  private hmacOf(tgUserId: number): Buffer {
    return hmacOfTelegramId(tgUserId, this.settings.USER_HMAC_KEY);
  }
}

function namesOf({ username, firstName, lastName }: TelegramProfile) {
  return { username: storable(username), firstName: storable(firstName), lastName: storable(lastName) };
}

/** PostgreSQL's text cannot hold a NUL. */
function storable(text: string | undefined): string | null {
  return text?.replaceAll('\0', '') || null;
}
