import { Inject, Injectable } from '@nestjs/common';
import type { Context, MiddlewareFn } from 'telegraf';
import { Env, logger, Metrics, runWithLogContext, toError } from '../../platform/index.js';
import { TelegramClient } from '../telegram/index.js';
import { decideLanguage, type Language, type User } from '../users/index.js';
import { SessionBusyError, SessionLostError } from './bot.errors.js';
import { ChatQueue } from './chat-queue.js';
import { readState, type ConversationState } from './conversation.schemas.js';
import { ConversationStore, type LockOutcome } from './conversation.store.js';
import { decideFailure } from './update-failures.js';
import { readSender, readTap, type Sender } from './incoming-updates.js';
import { apologyScreen } from './screens/index.js';
import { TapAnswer } from './tap-answer.js';
import { UPDATE_FAILURES } from './update.metrics.js';

/** The conversation that an update belongs to, while its chat is ours. Handlers put the new state into it. */
export interface OpenConversation {
  readonly sender: Sender;
  /** Telegram's, the same whenever the update comes again. */
  readonly updateId: number;
  /** Null until the person is registered. */
  user: User | null;
  state: ConversationState;
  /** Null when the update is no tap. */
  readonly tap: TapAnswer | null;
  /** Without @: what links to the bot are made of. */
  readonly botUsername: string;
  /** The database's clock when the chat was taken, in ms. */
  readonly nowMs: number;
  /** Set when everything about the person was erased: then the chat's row goes too. */
  erased?: boolean;
}

/** The language to answer in: the person's, before they agreed the one chosen on the way there, or what Telegram names. */
export function languageOf({
  user,
  state,
  sender,
}: Pick<OpenConversation, 'user' | 'state' | 'sender'>): Language {
  const chosen = user?.consentedAt ? null : state.language;
  return chosen ?? user?.language ?? decideLanguage(sender.profile.languageCode);
}

/** Telegraf's context with the conversation; absent on updates that belong to none. */
export interface BotContext extends Context {
  conversation?: OpenConversation;
}

type Locked = Extract<LockOutcome, { kind: 'locked' }>;

/**
 * Around every update of a private chat: one statement takes the chat and brings its state and its person, the handlers run, one
 * statement stores what they decided.
 */
@Injectable()
export class SessionMiddleware {
  private readonly log = logger('sessions');
  private readonly chats = new ChatQueue();

  constructor(
    private readonly store: ConversationStore,
    private readonly telegram: TelegramClient,
    @Inject(Env) private readonly settings: Pick<Env, 'SESSION_WAIT_MS'>,
    private readonly metrics: Metrics,
  ) {}

  /** For `bot.use`. @throws SessionBusyError, SessionLostError and whatever decideFailure wants to come again. */
  readonly run: MiddlewareFn<BotContext> = async (ctx, next) => {
    const sender = readSender(ctx.update);
    // A pre-checkout query must be answered within seconds and changes no conversation.
    if (!sender) return next();
    const incoming = readTap(ctx.update);
    const tap = incoming && new TapAnswer(this.telegram, incoming.queryId, incoming.messageId);
    const startedAt = performance.now();
    const deadline = startedAt + this.settings.SESSION_WAIT_MS;
    const onBusy = () => void tap?.answer();
    const release = await this.chats.acquire(sender.chatId, this.settings.SESSION_WAIT_MS, onBusy);
    if (!release) throw new SessionBusyError(this.settings.SESSION_WAIT_MS);
    try {
      const leftMs = Math.max(0, deadline - performance.now());
      const outcome = await this.store.lock(sender.chatId, ctx.update.update_id, leftMs, onBusy);
      if (outcome.kind === 'busy') throw new SessionBusyError(this.settings.SESSION_WAIT_MS);
      if (outcome.kind === 'duplicate') return;
      const fields = { updateId: ctx.update.update_id, userId: outcome.user?.id };
      await runWithLogContext(fields, async () => {
        await this.handle(ctx, next, { outcome, sender, tap });
        this.log.debug({ tookMs: Math.round(performance.now() - startedAt) }, 'An update is over');
      });
    } finally {
      release();
    }
  };

  private async handle(
    ctx: BotContext,
    next: () => Promise<void>,
    { outcome, sender, tap }: { outcome: Locked; sender: Sender; tap: TapAnswer | null },
  ): Promise<void> {
    const { lock, user } = outcome;
    const { state, understood } = readState(outcome.stored);
    if (!understood) this.log.warn({ chatId: sender.chatId }, 'A stored conversation was not understood');
    const { nowMs } = outcome;
    const conversation: OpenConversation = {
      ...{ sender, updateId: ctx.update.update_id, user, state, tap },
      ...{ botUsername: ctx.me, nowMs },
    };
    ctx.conversation = conversation;
    try {
      await next();
      await tap?.answer();
    } catch (error) {
      await this.recover(error, { outcome, conversation });
      conversation.state = state;
    }
    const kept = conversation.erased
      ? await this.store.forget(lock)
      : await this.store.save(lock, conversation.state);
    if (!kept) throw new SessionLostError();
  }

  /** Returns when the person was told and the update is over; throws when it should come again. */
  private async recover(
    error: unknown,
    { outcome, conversation }: { outcome: Locked; conversation: OpenConversation },
  ): Promise<void> {
    if (decideFailure(error).kind === 'again') {
      await this.store.release(outcome.lock).catch(() => undefined);
      throw error;
    }
    this.log.error({ err: toError(error) }, 'An update could not be handled');
    this.metrics.count(UPDATE_FAILURES, {});
    await this.apologise(conversation);
  }

  private async apologise(conversation: OpenConversation): Promise<void> {
    const { sender, tap } = conversation;
    await tap?.answer();
    await this.telegram
      .sendMessage(sender.chatId, apologyScreen(languageOf(conversation)))
      .catch((error: unknown) => this.log.warn({ err: toError(error) }, 'The apology was not sent'));
  }
}
