import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Env, logger } from '../../platform/index.js';
import { JobsService } from '../jobs/index.js';
import { progressScreen } from '../notifications/index.js';
import { PaymentsService } from '../payments/index.js';
import { TelegramClient, TelegramError, type OutgoingMessage } from '../telegram/index.js';
import { UsersService, type User } from '../users/index.js';
import type { ConversationLimits, Show } from './conversation.types.js';
import { decideResend } from './update-failures.js';
import { renderScreen, type ScreenData } from './screens/index.js';
import type { OpenConversation } from './session.middleware.js';

const DESCRIPTION_LENGTH_MIN = 3;
const DESCRIPTION_LENGTH_MAX = 1000;
const WISHES_LENGTH_MAX = 500;
/** A script must fit into one message of Telegram (4096), with room for what a person may add to it. */
const PROMPT_LENGTH_MAX = 4000;

/** Puts screens into the chat: in place of the one that was tapped while that is the current one, else as a new message. */
@Injectable()
export class ScreenPresenter {
  private readonly log = logger('screens');

  constructor(
    private readonly telegram: TelegramClient,
    private readonly users: UsersService,
    private readonly jobs: JobsService,
    private readonly payments: PaymentsService,
    private readonly env: Env,
  ) {}

  /** What a person may enter, in the units of `ConversationLimits`. */
  get limits(): ConversationLimits {
    return {
      descriptionLengthMin: DESCRIPTION_LENGTH_MIN,
      descriptionLengthMax: DESCRIPTION_LENGTH_MAX,
      wishesLengthMax: WISHES_LENGTH_MAX,
      promptLengthMax: Math.min(this.jobs.promptMaxLength, PROMPT_LENGTH_MAX),
      photoBytesMax: this.env.PHOTO_BYTES_MAX,
      photoSideMinPx: this.env.PHOTO_SIDE_MIN_PX,
      photoRatioMax: this.env.PHOTO_RATIO_MAX,
    };
  }

  /** @throws TelegramError when the screen was certainly not shown and may be shown later, or is one that Telegram refuses. */
  async show(conversation: OpenConversation, user: User, show: Show): Promise<void> {
    const message =
      show.screen === 'started'
        ? progressScreen(user.language, queuedLines(show.count))
        : renderScreen(show, this.dataOf(conversation, user));
    const messageId = await this.deliver(conversation, user, message, replacesTapped(show));
    const screenMessageId = isEditedByOthers(show) ? null : messageId;
    conversation.state = { ...conversation.state, screenMessageId };
    if (show.screen === 'pay') await this.notePayScreen(conversation, show.payment.paymentId, messageId);
    else this.forgetPayScreen(conversation, messageId);
  }

  /** The message shows something else now, whose buttons are new ones. */
  private forgetPayScreen(conversation: OpenConversation, messageId: number | null): void {
    if (messageId === null || messageId !== conversation.state.payMessageId) return;
    conversation.state = { ...conversation.state, payMessageId: null };
  }

  /** Whoever learns the outcome of the payment turns this message into it. */
  private async notePayScreen(
    conversation: OpenConversation,
    paymentId: string,
    messageId: number | null,
  ): Promise<void> {
    if (messageId === null) return;
    await this.payments.noteMessage(paymentId, messageId);
    conversation.state = { ...conversation.state, payMessageId: messageId };
  }

  /** Sends a message that is no screen of the conversation. */
  async tell(conversation: OpenConversation, user: User, message: OutgoingMessage): Promise<void> {
    await this.guarded(user, () => this.telegram.sendMessage(conversation.sender.chatId, message));
  }

  private async deliver(
    { sender, state, tap }: OpenConversation,
    user: User,
    message: OutgoingMessage,
    inPlace: boolean,
  ): Promise<number | null> {
    const tappedId = tap?.messageId ?? null;
    if (tappedId !== null && (inPlace || tappedId === state.screenMessageId)) {
      const edit = () => this.telegram.editMessage(sender.chatId, tappedId, message);
      if ((await this.guarded(user, edit)) !== 'gone') return tappedId;
    }
    const sent = await this.guarded(user, () => this.telegram.sendMessage(sender.chatId, message));
    return sent?.messageId ?? null;
  }

  /** Tries twice where that helps. Undefined: the person is out of reach, or may have seen it and will go on from there. */
  private async guarded<T>(user: User, send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await twice(send);
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      switch (error.meaning) {
        case 'blocked':
        case 'chat_unknown':
          await this.users.markBlocked(user.id);
          return undefined;
        case 'outcome_unknown':
          this.log.warn({ err: error }, 'Whether a screen was shown is not known');
          return undefined;
        default:
          throw error;
      }
    }
  }

  private dataOf({ state }: OpenConversation, user: User): ScreenData {
    const { jobs, env } = this;
    return {
      language: user.language,
      state,
      balance: user.credits,
      prices: { 1: jobs.priceOf(1), 3: jobs.priceOf(3), 5: jobs.priceOf(5) },
      limits: this.limits,
      supportUrl: env.SUPPORT_URL,
      firstName: user.firstName,
      email: user.email,
    };
  }
}

/** Screens that take the place of the tapped message, whether that is the current screen or not. */
function replacesTapped(show: Show): boolean {
  return (
    show.screen === 'started' ||
    show.screen === 'payment_over' ||
    (show.screen === 'pay' && show.asked === 'tap')
  );
}

/** Messages that are not the conversation's to edit once they are there: they turn into what became of the order or the payment. */
function isEditedByOthers(show: Show): boolean {
  return show.screen === 'started' || show.screen === 'pay' || show.screen === 'payment_over';
}

async function twice<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const waitMs = error instanceof TelegramError ? decideResend(error) : null;
    if (waitMs === null) throw error;
    await pause(waitMs);
    return send();
  }
}

function queuedLines(count: number) {
  return Array.from({ length: count }, (_, index) => ({ position: index + 1, stage: 'queued' as const }));
}
