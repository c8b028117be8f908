import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectBot } from 'nestjs-telegraf';
import type { Telegraf } from 'telegraf';
import { Env, logger, toError } from '../../platform/index.js';
import { NoticesService } from '../notifications/index.js';
import { LANGUAGES, TelegramClient, TelegramError } from '../telegram/index.js';
import { decideLanguage, UsersService } from '../users/index.js';
import { BotHealth } from './bot-health.js';
import { commandsIn, operatorCommandsIn } from './commands.js';
import type { BotContext } from './session.middleware.js';
import { webhookUrl } from './telegram-webhook.controller.js';
import { decideReceiver, isDeliveryTroubled, type Delivery } from './webhook.rules.js';

/** Telegram's codes of the languages whose speakers get the Russian bot (see the users module). */
const RUSSIAN_CODES = ['ru', 'uk', 'be', 'kk'];
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 30_000;
const UNKNOWN_TOKEN = 'Telegram does not know the BOT_TOKEN';

/** Tells Telegram who we are and how we want updates, at every start, until it has heard. */
@Injectable()
export class BotRegistration {
  private readonly log = logger('registration');

  constructor(
    private readonly telegram: TelegramClient,
    private readonly health: BotHealth,
    private readonly notices: NoticesService,
    private readonly users: UsersService,
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
    const intervalMs = this.env.TELEGRAM_WEBHOOK_CHECK_INTERVAL_MS;
    this.health.noteHeard();
    while (!signal.aborted) {
      await pause(intervalMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.checkWebhook();
    }
  }

  /** One look at where Telegram sends updates, and whether it can. */
  async checkWebhook(): Promise<void> {
    try {
      const { url = '', ...info } = await this.telegram.getWebhookInfo();
      this.health.noteHeard();
      const receiver = decideReceiver(url, webhookUrl(this.env));
      if (receiver.kind !== 'us') {
        await this.reportLoss(receiver.kind === 'elsewhere' ? receiver.host : null);
        return;
      }
      if (this.health.report('webhook', null)) this.log.info({}, 'Updates come to us again');
      this.noteDelivery({
        pendingCount: info.pending_update_count,
        lastErrorAtS: info.last_error_date ?? null,
        lastError: info.last_error_message ?? null,
      });
    } catch (error) {
      if (isUnauthorized(error)) this.health.report('webhook', UNKNOWN_TOKEN);
      this.log.warn({ err: toError(error) }, 'The webhook could not be checked');
    }
  }

  /** The webhook is not taken back: two programs would take it from each other for ever. Our next start does. */
  private async reportLoss(host: string | null): Promise<void> {
    this.health.report('webhook', 'another program has changed the webhook of this bot');
    this.log.error({ host }, 'Updates go elsewhere: another program uses the token of this bot');
    await this.notices.alertOperators({ kind: 'webhook_taken', host });
  }

  private async registerOnce(): Promise<void> {
    const { env, telegram } = this;
    this.bot.botInfo = await telegram.getMe();
    if (env.TELEGRAM_MODE === 'webhook') {
      await telegram.setWebhook({ url: webhookUrl(env), secretToken: env.WEBHOOK_SECRET_TOKEN });
    } else {
      await telegram.deleteWebhook();
    }
    await telegram.setMyCommands(commandsIn('en'));
    for (const code of RUSSIAN_CODES) {
      await telegram.setMyCommands(commandsIn(decideLanguage(code)), { languageCode: code });
    }
    this.log.info({ mode: env.TELEGRAM_MODE, languages: LANGUAGES }, 'Telegram knows the bot');
  }

  /**
   * Puts operators' commands into the own menus of those who use the bot: nobody else is shown them. A courtesy, which holds nothing up: nobody
   * waits for it, and the signal ends it. It never throws.
   */
  async showOperatorCommands(signal: AbortSignal): Promise<void> {
    for (const tgUserId of this.env.ADMIN_IDS) {
      if (signal.aborted) return;
      try {
        const user = await this.users.findByTgUserId(tgUserId);
        if (!user) continue;
        await this.telegram.setMyCommands(operatorCommandsIn(user.language), { chatId: tgUserId });
      } catch (error) {
        if (signal.aborted) return;
        this.log.warn({ err: toError(error) }, "An operator's menu of commands was not set");
      }
    }
  }

  /** Readiness is about us, and what Telegram remembers may be over: /metrics shows it, and an alert waits whether it lasts. */
  private noteDelivery(delivery: Delivery): void {
    const isTroubled = isDeliveryTroubled(delivery, Date.now() / 1000);
    this.health.noteDelivery({ pendingCount: delivery.pendingCount, isTroubled });
    if (isTroubled) this.log.warn({ ...delivery }, 'Telegram has trouble bringing us updates');
  }

  private reportFailure(error: unknown): void {
    const line = { err: toError(error) };
    const unauthorized = isUnauthorized(error);
    this.health.report('registration', unauthorized ? UNKNOWN_TOKEN : 'Telegram is away');
    if (unauthorized) this.log.error(line, UNKNOWN_TOKEN);
    else this.log.warn(line, 'Telegram was not reached; trying again');
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof TelegramError && error.meaning === 'unauthorized';
}
