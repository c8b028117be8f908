import assert from 'node:assert';
import { Injectable } from '@nestjs/common';
import { logger, toError } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { OrderCancellation, PersonVideos } from '../jobs/index.js';
import { TelegramClient } from '../telegram/index.js';
import { UsersService, type User } from '../users/index.js';
import { AccountErasure } from './account-erasure.js';
import { commandsIn } from './commands.js';
import type { AccountEffect, AccountResult } from './conversation.types.js';
import type { OpenConversation } from './session.middleware.js';

type EffectOf<K extends AccountEffect['kind']> = Extract<AccountEffect, { kind: K }>;
type ResultOf<K extends AccountResult['kind']> = Extract<AccountResult, { kind: K }>;

/** Lines of the statement, and videos, on one page. */
const STATEMENT_PAGE_SIZE = 10;
const VIDEOS_PAGE_SIZE = 6;

/** Does what a decision about the person asks for. The person's row in hand is kept true, so that screens show what is so now. */
@Injectable()
export class AccountEffects {
  private readonly log = logger('account');

  constructor(
    private readonly users: UsersService,
    private readonly credits: CreditsService,
    private readonly videos: PersonVideos,
    private readonly cancellation: OrderCancellation,
    private readonly erasure: AccountErasure,
    private readonly telegram: TelegramClient,
  ) {}

  /** Registers the person, who has agreed to terms and privacy; nobody is known to us before that. */
  async agree({ language }: EffectOf<'agree'>, conversation: OpenConversation): Promise<ResultOf<'agreed'>> {
    const { user, created } = await this.users.register(
      conversation.sender.profile,
      language ? { language } : {},
    );
    // Somebody from before there were terms: only now have they agreed.
    if (!user.consentedAt) await this.users.agree(user.id);
    user.consentedAt ??= new Date();
    conversation.user = user;
    if (language) void this.showCommands(user);
    return { kind: 'agreed', isNew: created };
  }

  async perform(
    effect: Exclude<AccountEffect, { kind: 'agree' }>,
    conversation: OpenConversation,
    user: User,
  ): Promise<AccountResult> {
    switch (effect.kind) {
      case 'set_language':
        return this.setLanguage(effect, user);
      case 'open_cabinet':
        return { kind: 'cabinet_opened', inFlight: await this.videos.listInFlight(user.id) };
      case 'list_statement': {
        const { page } = effect;
        const listed = await this.credits.listPage(user.id, { page, pageSize: STATEMENT_PAGE_SIZE });
        return { kind: 'statement_listed', page: listed };
      }
      case 'list_videos': {
        const { page } = effect;
        const listed = await this.videos.list(user.id, { page, pageSize: VIDEOS_PAGE_SIZE });
        return { kind: 'videos_listed', page: listed };
      }
      case 'find_video': {
        const video = await this.videos.find(user.id, effect.jobId);
        return video ? { kind: 'video_found', video } : { kind: 'video_missing' };
      }
      case 'cancel_order':
        return this.cancelOrder(effect, user);
      case 'look_at_account': {
        const { shownCredits } = effect;
        return { kind: 'account_seen', look: await this.erasure.look(user), shownCredits };
      }
      case 'erase_account':
        return this.erase(effect, conversation, user);
    }
  }

  private async setLanguage({ language }: EffectOf<'set_language'>, user: User): Promise<AccountResult> {
    await this.users.setLanguage(user.id, language);
    user.language = language;
    void this.showCommands(user);
    return { kind: 'language_set' };
  }

  private async cancelOrder(
    { orderId, onScreen }: EffectOf<'cancel_order'>,
    user: User,
  ): Promise<AccountResult> {
    const outcome = await this.cancellation.cancel(user.id, orderId);
    if (outcome.kind === 'cancelled') user.credits = outcome.balance;
    return { kind: 'order_cancelled', outcome, onScreen };
  }

  /** The session goes with the rest: it is not saved after this. */
  private async erase(
    { shownCredits }: EffectOf<'erase_account'>,
    conversation: OpenConversation,
    user: User,
  ): Promise<AccountResult> {
    const outcome = await this.erasure.erase(user, shownCredits);
    conversation.erased = outcome.kind === 'erased';
    return { kind: 'account_erased', outcome };
  }

  /** The commands menu in the language that the person has chosen. A courtesy, for which nobody waits. */
  private async showCommands({ tgUserId, language }: User): Promise<void> {
    assert(tgUserId, 'somebody who writes has a chat');
    await this.telegram
      .setMyCommands(commandsIn(language), { chatId: tgUserId })
      .catch((error: unknown) => this.log.warn({ err: toError(error) }, 'The commands menu was not changed'));
  }
}
