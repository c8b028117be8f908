import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Env, logger, toError } from '../../platform/index.js';
import { OrderTerms, type VideoView } from '../jobs/index.js';
import { progressScreen } from '../notifications/index.js';
import { PaymentsService } from '../payments/index.js';
import { TelegramClient, TelegramError, type OutgoingMessage } from '../telegram/index.js';
import { UsersService } from '../users/index.js';
import type { ConversationLimits, Show } from './conversation.types.js';
import { decideFailure, decideResend } from './update-failures.js';
import { renderScreen, videoScreen, type ScreenData } from './screens/index.js';
import { languageOf, type OpenConversation } from './session.middleware.js';

/** More would push the first screen out of sight. */
const WELCOME_VIDEOS_MAX = 3;
const DESCRIPTION_LENGTH_MIN = 3;
const DESCRIPTION_LENGTH_MAX = 1000;
const WISHES_LENGTH_MAX = 500;
/** A script must fit into one message of Telegram (4096), with room for what a person may add to it. */
const PROMPT_LENGTH_MAX = 4000;
const DAY_MS = 24 * 3_600_000;

/** Puts screens into the chat: in place of the one that was tapped while that is the current one, else as a new message. */
@Injectable()
export class ScreenPresenter {
  private readonly log = logger('screens');

  constructor(
    private readonly telegram: TelegramClient,
    private readonly users: UsersService,
    private readonly terms: OrderTerms,
    private readonly payments: PaymentsService,
    private readonly env: Env,
  ) {}

  /** What a person may enter, in the units of `ConversationLimits`. */
  get limits(): ConversationLimits {
    // The model is chosen after the prompt is written.
    const longest = this.terms.offeredModels().map(({ id }) => this.terms.promptMaxLength(id));
    return {
      descriptionLengthMin: DESCRIPTION_LENGTH_MIN,
      descriptionLengthMax: DESCRIPTION_LENGTH_MAX,
      wishesLengthMax: WISHES_LENGTH_MAX,
      promptLengthMax: Math.min(PROMPT_LENGTH_MAX, ...longest),
      photoBytesMax: this.env.PHOTO_BYTES_MAX,
      photoSideMinPx: this.env.PHOTO_SIDE_MIN_PX,
      photoRatioMax: this.env.PHOTO_RATIO_MAX,
      photoKeptDays: Math.ceil(this.env.PHOTO_KEPT_MS / DAY_MS),
    };
  }

  /**
   * @param inPlace changes the current screen where it stands, although nobody tapped on it
   * @throws TelegramError when the screen was certainly not shown and may be shown later, or is one that Telegram refuses.
   */
  async show(conversation: OpenConversation, wanted: Show, inPlace = false): Promise<void> {
    if (wanted.screen === 'video' && (await this.sendVideoAgain(conversation, wanted.video))) return;
    // A video that is not there to be sent is looked for in the chat.
    const show = wanted.screen === 'video' ? { ...wanted, video: { ...wanted.video, fileId: null } } : wanted;
    if (show.screen === 'welcome') await this.sendExamples(conversation);
    const language = languageOf(conversation);
    const message =
      show.screen === 'started'
        ? progressScreen(language, show.lines, { orderId: show.orderId, balance: conversation.user?.credits })
        : renderScreen(show, await this.dataOf(conversation));
    const messageId = await this.deliver(conversation, message, this.targetOf(conversation, show, inPlace));
    const screenMessageId = isEditedByOthers(show) ? null : messageId;
    conversation.state = { ...conversation.state, screenMessageId };
    if (show.screen === 'pay') await this.notePayScreen(conversation, show.payment.paymentId, messageId);
    else this.forgetPayScreen(conversation, messageId);
  }

  /** The message to be edited; null where a new one is sent. */
  private targetOf({ tap, state }: OpenConversation, show: Show, inPlace: boolean): number | null {
    if (inPlace) return state.screenMessageId;
    // Below its examples, not above them in the place of the question.
    if (show.screen === 'welcome' && this.env.WELCOME_VIDEO_FILE_IDS.length > 0) return null;
    const tappedId = tap?.messageId ?? null;
    return replacesTapped(show) || tappedId === state.screenMessageId ? tappedId : null;
  }

  /** Sends a finished video once more, at once, as Telegram keeps it. Returns false where there is none to be sent. */
  private async sendVideoAgain(conversation: OpenConversation, video: VideoView): Promise<boolean> {
    const { fileId } = video;
    if (fileId === null) return false;
    const { chatId } = conversation.sender;
    const message = videoScreen(languageOf(conversation), video, this.env.TIME_ZONE);
    try {
      await this.guarded(conversation, () => this.telegram.sendVideo(chatId, { fileId }, message));
      return true;
    } catch (error) {
      if (!(error instanceof TelegramError) || decideFailure(error).kind === 'again') throw error;
      this.log.warn({ err: error, jobId: video.jobId }, 'A video could not be sent again');
      return false;
    }
  }

  /** Examples of what the bot makes. A courtesy: one that cannot be sent is left out. */
  private async sendExamples(conversation: OpenConversation): Promise<void> {
    const { chatId } = conversation.sender;
    for (const fileId of this.env.WELCOME_VIDEO_FILE_IDS.slice(0, WELCOME_VIDEOS_MAX)) {
      await this.telegram
        .sendVideo(chatId, { fileId }, { text: '' })
        .catch((error: unknown) => this.log.warn({ err: toError(error) }, 'An example video was not sent'));
    }
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
  async tell(conversation: OpenConversation, message: OutgoingMessage): Promise<void> {
    await this.guarded(conversation, () => this.telegram.sendMessage(conversation.sender.chatId, message));
  }

  /** Puts a message that is no screen of the conversation: in the place of the one that was tapped, or as a new one. */
  async put(conversation: OpenConversation, message: OutgoingMessage, inPlace: boolean): Promise<void> {
    await this.deliver(conversation, message, inPlace ? (conversation.tap?.messageId ?? null) : null);
  }

  private async deliver(
    conversation: OpenConversation,
    message: OutgoingMessage,
    targetId: number | null,
  ): Promise<number | null> {
    const { chatId } = conversation.sender;
    if (targetId !== null) {
      const edit = () => this.telegram.editMessage(chatId, targetId, message);
      if ((await this.guarded(conversation, edit)) !== 'gone') return targetId;
    }
    const sent = await this.guarded(conversation, () => this.telegram.sendMessage(chatId, message));
    return sent?.messageId ?? null;
  }

  /** Tries twice where that helps. Undefined: the person is out of reach, or may have seen it and will go on from there. */
  private async guarded<T>({ user }: OpenConversation, send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await twice(send);
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      switch (error.meaning) {
        case 'blocked':
        case 'chat_unknown':
          if (user) await this.users.markBlocked(user.id);
          return undefined;
        case 'outcome_unknown':
          this.log.warn({ err: error }, 'Whether a screen was shown is not known');
          return undefined;
        default:
          throw error;
      }
    }
  }

  private async dataOf(conversation: OpenConversation): Promise<ScreenData> {
    const { terms, env } = this;
    const { user, state, sender } = conversation;
    const model = state.draft?.model ?? undefined;
    return {
      language: languageOf(conversation),
      state,
      balance: user?.credits ?? 0,
      prices: { 1: terms.priceOf(1, model), 3: terms.priceOf(3, model), 5: terms.priceOf(5, model) },
      models: await terms.listOffered(),
      limits: this.limits,
      supportUrl: env.SUPPORT_URL,
      termsUrl: env.TERMS_URL,
      privacyUrl: env.PRIVACY_URL,
      timeZone: env.TIME_ZONE,
      firstName: user?.firstName ?? sender.profile.firstName ?? null,
      email: user?.email ?? null,
    };
  }
}

/** Screens that take the place of the tapped message, whether that is the current screen or not. */
function replacesTapped(show: Show): boolean {
  return (
    show.screen === 'started' ||
    // The question is answered for good; its button must not stay.
    show.screen === 'erased' ||
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
