import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectBot } from 'nestjs-telegraf';
import type { Telegraf } from 'telegraf';
import { Env, logger, Readiness, toError } from '../../platform/index.js';
import { BotHealth } from './bot-health.js';
import { BotRegistration } from './bot-registration.js';
import type { BotContext } from './session.middleware.js';
import { TelegramPoller } from './telegram-poller.js';
import { UpdateIntake } from './update-intake.js';

/** Starts and stops the bot. Telegraf's own lifecycle is not used: it would delete the webhook and lose updates. */
@Injectable()
export class BotLifecycle implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = logger('bot');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @InjectBot() private readonly bot: Telegraf<BotContext>,
    private readonly registration: BotRegistration,
    private readonly poller: TelegramPoller,
    private readonly intake: UpdateIntake,
    private readonly health: BotHealth,
    private readonly readiness: Readiness,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    // Telegraf's default would answer 200 whatever happened.
    this.bot.catch((error) => {
      throw error;
    });
    // Telegraf throws when it is stopped without having been launched, as nestjs-telegraf does at the end.
    this.bot.stop = () => undefined;
    this.bot.botInfo = unnamedBot(this.env.BOT_TOKEN);
  }

  onApplicationBootstrap(): void {
    this.readiness.register({ name: 'telegram', check: () => this.health.check() });
    this.running = this.run().catch((error: unknown) => {
      this.log.error({ err: toError(error) }, 'The bot stopped by itself');
    });
  }

  /** The webhook's requests and the poller's batch end before the database is closed. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.running, this.intake.drain()]);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    await this.registration.register(signal);
    void this.registration.showOperatorCommands(signal);
    if (this.env.TELEGRAM_MODE === 'polling') await this.poller.run(signal);
    else await this.registration.watchWebhook(signal);
  }
}

/** Stands in until Telegram has told the bot's name, so that no update has to wait for it. */
function unnamedBot(token: string) {
  return {
    id: Number(token.split(':')[0]),
    is_bot: true as const,
    first_name: '',
    username: '',
    can_join_groups: false,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  };
}
