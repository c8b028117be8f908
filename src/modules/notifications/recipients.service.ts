import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChatPacing } from '../telegram/index.js';
import { UsersService, type Language } from '../users/index.js';
import { NoticesRepository } from './notices.repository.js';
import { ProgressRepository } from './progress.repository.js';

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
  constructor(
    private readonly users: UsersService,
    private readonly notices: NoticesRepository,
    private readonly progress: ProgressRepository,
    private readonly pacing: ChatPacing,
  ) {}

  /** Null for a person who was erased: nothing goes to them any more, now or later. */
  async get(userId: string): Promise<Recipient | null> {
    const user = await this.users.find(userId);
    if (!user) return null;
    const { tgUserId: chatId, language, credits: balance, blockedAt } = user;
    return { userId, chatId, language, balance, blocked: blockedAt !== null };
  }

  /** Telegram said that the person blocked the bot. */
  async markBlocked(userId: string): Promise<void> {
    await this.users.markBlocked(userId);
  }

  /**
   * Part of an erasure, in the caller's transaction: forgets what the person was told and where, and drops what they were still to be
   * told.
   */
  async erase(manager: EntityManager, { userId, chatId }: { userId: string; chatId: number }): Promise<void> {
    await this.notices.erase(manager, userId);
    await this.progress.erase(manager, userId);
    await this.pacing.forget(manager, chatId);
  }
}
