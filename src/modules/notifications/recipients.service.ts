import { Injectable } from '@nestjs/common';
import { UsersService, type Language } from '../users/index.js';

/** Whom a message of ours goes to. */
export interface Recipient {
  userId: string;
  /** Telegram's id, also of the private chat. */
  chatId: number;
  language: Language;
  /** In credits, at this moment. */
  balance: number;
  /** They blocked the bot: nothing reaches them until they return. */
  blocked: boolean;
}

/** Who gets what we send without a tap, and whether it can reach them. */
@Injectable()
export class RecipientsService {
  constructor(private readonly users: UsersService) {}

  /** @throws UserNotFoundError */
  async get(userId: string): Promise<Recipient> {
    const user = await this.users.getById(userId);
    const { tgUserId: chatId, language, credits: balance, blockedAt } = user;
    return { userId, chatId, language, balance, blocked: blockedAt !== null };
  }

  /** Telegram said that the person blocked the bot. */
  async markBlocked(userId: string): Promise<void> {
    await this.users.markBlocked(userId);
  }
}
