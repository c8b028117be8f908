import { Inject, Injectable } from '@nestjs/common';
import type { BotCommand, Update, UserFromGetMe, WebhookInfo } from 'telegraf/types';
import { Env, Metrics } from '../../platform/index.js';
import { downloadFile } from './file-download.js';
import { htmlToPlain, shorten } from './html.js';
import { editOutcome, fileIdOf, type EditOutcome } from './message-outcomes.js';
import {
  TEXT_LENGTH_MAX,
  TOAST_LENGTH_MAX,
  toReplyMarkup,
  type Button,
  type OutgoingMessage,
} from './outgoing-message.js';
import { shortenMessage, splitMessage } from './split-message.js';
import * as stars from './star-payments.js';
import { TelegramError } from './telegram.errors.js';
import { TelegramTransport } from './telegram-transport.js';
import { uploadVideo, type VideoSource } from './video-upload.js';

/** The kinds of updates that we ask for; payments in Stars and their refunds arrive as messages. */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'pre_checkout_query', 'my_chat_member'] as const;

export type ChatAction = 'typing' | 'upload_video' | 'record_video';

/** The settings that the client needs. */
export type TelegramSettings = Pick<
  Env,
  'BOT_TOKEN' | 'TELEGRAM_API_ROOT' | 'TELEGRAM_TIMEOUT_MS' | 'TELEGRAM_SEND_VIDEO_TIMEOUT_MS'
>;

/** How much longer than the long poll itself a `getUpdates` call may take. */
const POLL_GRACE_MS = 10_000;

/**
 * The Bot API (https://core.telegram.org/bots/api) as far as we use it. Every method fails with a `TelegramError` only; none
 * tries again by itself, except that a text which Telegram cannot parse is sent once more without its formatting.
 */
@Injectable()
export class TelegramClient {
  private readonly transport: TelegramTransport;
  private readonly limits: { timeoutMs: number };

  constructor(
    @Inject(Env) private readonly settings: TelegramSettings,
    metrics: Metrics,
  ) {
    this.transport = new TelegramTransport(settings.BOT_TOKEN, settings.TELEGRAM_API_ROOT, metrics);
    this.limits = { timeoutMs: settings.TELEGRAM_TIMEOUT_MS };
  }

  /**
   * Sends a message; a text that is too long for one becomes several, up to `PARTS_MAX`, the buttons under the last. It fails
   * as the first part that fails, and the parts before that one are there: whoever sends it again doubles them.
   *
   * @returns the id of the last message.
   */
  async sendMessage(chatId: number, message: OutgoingMessage): Promise<{ messageId: number }> {
    let messageId = 0;
    for (const part of splitMessage(message)) {
      const sent = await this.withPlainFallback((plain) =>
        this.transport.call('sendMessage', { chat_id: chatId, ...textFields(part, plain) }, this.limits),
      );
      messageId = sent.message_id;
    }
    return { messageId };
  }

  /** Changes a message that is there; being one, it cannot take more than one message holds: a longer text is ended with `…`. */
  async editMessage(chatId: number, messageId: number, message: OutgoingMessage): Promise<EditOutcome> {
    const whole = shortenMessage(message);
    return editOutcome(
      this.withPlainFallback((plain) =>
        this.transport.call(
          'editMessageText',
          { chat_id: chatId, message_id: messageId, ...textFields(whole, plain) },
          this.limits,
        ),
      ),
    );
  }

  /** Takes the buttons off a message; its text stays. */
  removeKeyboard(chatId: number, messageId: number): Promise<EditOutcome> {
    const payload = { chat_id: chatId, message_id: messageId };
    return editOutcome(this.transport.call('editMessageReplyMarkup', payload, this.limits));
  }

  /** Ends the waiting sign on a button; `text` is a short plain note. A tap that Telegram has forgotten is no failure. */
  async answerCallback(
    callbackQueryId: string,
    note: { text?: string; alert?: boolean } = {},
  ): Promise<void> {
    const text = note.text === undefined ? undefined : shorten(note.text, TOAST_LENGTH_MAX);
    const payload = { callback_query_id: callbackQueryId, text, show_alert: note.alert };
    try {
      await this.transport.call('answerCallbackQuery', payload, this.limits);
    } catch (error) {
      if (!(error instanceof TelegramError) || error.nuance !== 'query_too_old') throw error;
    }
  }

  /**
   * Sends a video with its caption and buttons. With `outcome_unknown` it may have arrived: a second send may double it.
   * `fileId` sends it again at once and for ever; null when Telegram made something else of the file.
   */
  async sendVideo(
    chatId: number,
    video: VideoSource,
    message: OutgoingMessage,
    options: { timeoutMs?: number } = {},
  ): Promise<{ messageId: number; fileId: string | null }> {
    const timeoutMs = options.timeoutMs ?? this.settings.TELEGRAM_SEND_VIDEO_TIMEOUT_MS;
    const sent = await this.withPlainFallback((plain) =>
      uploadVideo(this.transport, { chatId, video, message, timeoutMs, plain }),
    );
    return { messageId: sent.message_id, fileId: fileIdOf(sent) };
  }

  /**
   * Sends a message that is in a chat of the bot's to another one as it is, formatting and file included, as if the bot had written it
   * (https://core.telegram.org/bots/api#copymessage). A message that was deleted meanwhile is refused as `copy_gone`.
   */
  async copyMessage(
    chatId: number,
    source: { chatId: number; messageId: number },
    keyboard?: Button[][],
  ): Promise<{ messageId: number }> {
    const payload = {
      chat_id: chatId,
      from_chat_id: source.chatId,
      message_id: source.messageId,
      reply_markup: toReplyMarkup(keyboard),
    };
    const sent = await this.transport.call('copyMessage', payload, this.limits);
    return { messageId: sent.message_id };
  }

  /** Shows "sending a video…" for up to 5 s. */
  async sendChatAction(chatId: number, action: ChatAction): Promise<void> {
    await this.transport.call('sendChatAction', { chat_id: chatId, action }, this.limits);
  }

  /** Offers something for Stars. It stays payable, by anybody it is passed on to: what may be paid is said in `answerPreCheckout`. */
  sendInvoice(chatId: number, invoice: stars.StarInvoice): Promise<{ messageId: number }> {
    return stars.sendStarInvoice({ transport: this.transport, limits: this.limits }, chatId, invoice);
  }

  /** Lets a person pay, or tells them why not. Telegram waits 10 s; an answer that comes too late is no failure. */
  answerPreCheckout(queryId: string, answer: stars.PreCheckoutAnswer): Promise<stars.PreCheckoutOutcome> {
    return stars.answerPreCheckoutQuery({ transport: this.transport, limits: this.limits }, queryId, answer);
  }

  /** Gives the Stars of a payment back to whoever paid. Safe to repeat: a second time changes nothing. */
  refundStarPayment(userId: number, chargeId: string): Promise<stars.StarRefundOutcome> {
    return stars.refundStarCharge({ transport: this.transport, limits: this.limits }, userId, chargeId);
  }

  /** A page of up to 100 movements of our Stars, oldest first. */
  listStarTransactions(page: { offset: number; limit: number }): Promise<stars.StarTransaction[]> {
    return stars.readStarTransactions({ transport: this.transport, limits: this.limits }, page);
  }

  /** @throws TelegramError with `too_large` when the file has more than `bytesMax` bytes. */
  downloadFile(fileId: string, options: { bytesMax: number }): Promise<Buffer> {
    return downloadFile(this.transport, fileId, { ...this.limits, ...options });
  }

  /** The bot's own account; also the proof that the token works. */
  getMe(): Promise<UserFromGetMe> {
    return this.transport.call('getMe', {}, this.limits);
  }

  /** Waits up to `timeoutS` for updates from `offset` on; asking with an offset confirms all below it. */
  getUpdates(options: {
    offset: number;
    timeoutS: number;
    limit: number;
    signal?: AbortSignal;
  }): Promise<Update[]> {
    const { offset, limit, timeoutS, signal } = options;
    const timeoutMs = timeoutS * 1000 + POLL_GRACE_MS;
    const payload = { offset, limit, timeout: timeoutS, allowed_updates: ALLOWED_UPDATES };
    return this.transport.call('getUpdates', payload, { timeoutMs, signal });
  }

  /** Updates that wait on Telegram's side are kept. */
  async setWebhook(options: { url: string; secretToken: string }): Promise<void> {
    const payload = {
      url: options.url,
      secret_token: options.secretToken,
      allowed_updates: ALLOWED_UPDATES,
    };
    await this.transport.call('setWebhook', payload, this.limits);
  }

  /** Updates that wait on Telegram's side are kept. */
  async deleteWebhook(): Promise<void> {
    await this.transport.call('deleteWebhook', {}, this.limits);
  }

  getWebhookInfo(): Promise<WebhookInfo> {
    return this.transport.call('getWebhookInfo', {}, this.limits);
  }

  /** Sets the commands menu of a chat, or of all; without a language for everybody whose language has none of its own. */
  async setMyCommands(
    commands: readonly BotCommand[],
    { languageCode, chatId }: { languageCode?: string; chatId?: number } = {},
  ): Promise<void> {
    const scope = chatId === undefined ? undefined : ({ type: 'chat', chat_id: chatId } as const);
    await this.transport.call('setMyCommands', { commands, scope, language_code: languageCode }, this.limits);
  }

  private async withPlainFallback<T>(send: (plain: boolean) => Promise<T>): Promise<T> {
    try {
      return await send(false);
    } catch (error) {
      if (!(error instanceof TelegramError) || error.nuance !== 'cannot_parse') throw error;
      return await send(true);
    }
  }
}

function textFields({ text, keyboard }: OutgoingMessage, plain: boolean) {
  return {
    text: plain ? shorten(htmlToPlain(text), TEXT_LENGTH_MAX) : text,
    parse_mode: plain ? undefined : ('HTML' as const),
    link_preview_options: { is_disabled: true },
    reply_markup: toReplyMarkup(keyboard),
  };
}
