import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectBot } from 'nestjs-telegraf';
import type { Telegraf } from 'telegraf';
import { Env, logger, toError } from '../../platform/index.js';
import { LANGUAGES, TelegramClient, TelegramError } from '../telegram/index.js';
import { decideLanguage } from '../users/index.js';
import { BotHealth } from './bot-health.js';
import { commandsIn } from './commands.js';
import type { BotContext } from './session.middleware.js';
import { WEBHOOK_PATH } from './telegram-webhook.controller.js';

/** Telegram's codes of the languages whose speakers get the Russian bot (see the users module). */
const RUSSIAN_CODES = ['ru', 'uk', 'be', 'kk'];
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 30_000;
const WATCH_INTERVAL_MS = 60_000;

/** Tells Telegram who we are and how we want updates, at every start, until it has heard. */
@Injectable()
export class BotRegistration {
  private readonly log = logger('registration');

  constructor(
    private readonly telegram: TelegramClient,
    private readonly health: BotHealth,
    private readonly env: Env,
    @InjectBot() private readonly bot: Telegraf<BotContext>,
  ) {}

  /** Tries again, red in readiness, until it has succeeded or the signal ends it. */
  async register(signal: AbortSignal): Promise<void> {
    this.health.report('registration', 'Telegram was not reached yet');
    for (let waitMs = RETRY_FIRST_MS; !signal.aborted; waitMs = Math.min(RETRY_LONGEST_MS, waitMs * 2)) {
      try {
        await this.registerOnce();
        this.health.report('registration', null);
        return;
      } catch (error) {
        this.reportFailure(error);
        const askedMs = error instanceof TelegramError ? (error.retryAfterMs ?? 0) : 0;
        await pause(Math.max(waitMs, askedMs), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** In webhook mode: notices within a minute that another program has taken the token's updates away. */
  async watchWebhook(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(WATCH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.checkWebhook();
    }
  }

  /** One look at where Telegram sends updates. */
  async checkWebhook(): Promise<void> {
    try {
      const { url = '' } = await this.telegram.getWebhookInfo();
      const ours = url === this.webhookUrl();
      this.health.report('webhook', ours ? null : 'another program has changed the webhook of this bot');
      if (!ours) this.log.error({}, 'Updates go elsewhere: another program uses the token of this bot');
    } catch (error) {
      this.log.warn({ err: toError(error) }, 'The webhook could not be checked');
    }
  }

  private async registerOnce(): Promise<void> {
    const { env, telegram } = this;
    this.bot.botInfo = await telegram.getMe();
    if (env.TELEGRAM_MODE === 'webhook') {
      await telegram.setWebhook({ url: this.webhookUrl(), secretToken: env.WEBHOOK_SECRET_TOKEN });
    } else {
      await telegram.deleteWebhook();
    }
    await telegram.setMyCommands(commandsIn('en'));
    for (const code of RUSSIAN_CODES) {
      await telegram.setMyCommands(commandsIn(decideLanguage(code)), { languageCode: code });
    }
    this.log.info({ mode: env.TELEGRAM_MODE, languages: LANGUAGES }, 'Telegram knows the bot');
  }

  private webhookUrl(): string {
    return `${this.env.PUBLIC_BASE_URL ?? ''}${WEBHOOK_PATH}`;
  }

  private reportFailure(error: unknown): void {
    const line = { err: toError(error) };
    const unauthorized = error instanceof TelegramError && error.meaning === 'unauthorized';
    this.health.report(
      'registration',
      unauthorized ? 'Telegram does not know the BOT_TOKEN' : 'Telegram is away',
    );
    if (unauthorized) this.log.error(line, 'Telegram does not know the BOT_TOKEN');
    else this.log.warn(line, 'Telegram was not reached; trying again');
  }
}
