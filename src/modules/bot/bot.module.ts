import { Module } from '@nestjs/common';
import { TelegrafModule } from 'nestjs-telegraf';
import { Env } from '../../platform/index.js';
import { AdminModule } from '../admin/index.js';
import { CreditsModule } from '../credits/index.js';
import { JobsModule } from '../jobs/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PhotosModule } from '../photos/index.js';
import { TelegramModule } from '../telegram/index.js';
import { UsersModule } from '../users/index.js';
import { AccountEffects } from './account-effects.js';
import { AccountErasure } from './account-erasure.js';
import { BotHealth } from './bot-health.js';
import { BotLifecycle } from './bot-lifecycle.js';
import { BotRegistration } from './bot-registration.js';
import { ConversationEffects } from './conversation-effects.js';
import { ConversationService } from './conversation.service.js';
import { ConversationStore } from './conversation.store.js';
import { Entrance } from './entrance.js';
import { OperatorDeeds } from './operators/operator-deeds.js';
import { OperatorDesk } from './operators/operator-desk.js';
import { OperatorFacts } from './operators/operator-facts.js';
import { OperatorPages } from './operators/operator-pages.js';
import { PurchaseEffects } from './purchase-effects.js';
import { ReturningPeople } from './returning-people.js';
import { ScreenPresenter } from './screen-presenter.js';
import { SessionMiddleware } from './session.middleware.js';
import { TelegramPoller } from './telegram-poller.js';
import { TelegramWebhookController } from './telegram-webhook.controller.js';
import { UpdateIntake } from './update-intake.js';
import { ConversationUpdate } from './updates/conversation.update.js';
import { MembershipUpdate } from './updates/membership.update.js';
import { PaymentUpdate } from './updates/payment.update.js';

/** Under Telegram's 60 s, and under the lease of the chat. */
const HANDLER_TIMEOUT_MS = 50_000;

/** The conversations' rows; apart, because the bot is built with their middleware. */
@Module({
  imports: [TelegramModule],
  providers: [ConversationStore, SessionMiddleware],
  exports: [SessionMiddleware, ConversationStore],
})
class SessionsModule {}

/** The Telegram surface: updates in, screens out. */
@Module({
  imports: [
    TelegrafModule.forRootAsync({
      imports: [SessionsModule],
      inject: [Env, SessionMiddleware],
      useFactory: (env: Env, sessions: SessionMiddleware) => ({
        token: env.BOT_TOKEN,
        launchOptions: false,
        middlewares: [sessions.run],
        options: {
          handlerTimeout: HANDLER_TIMEOUT_MS,
          telegram: { apiRoot: `${env.TELEGRAM_API_ROOT}/`, webhookReply: false },
        },
      }),
    }),
    SessionsModule,
    AdminModule,
    TelegramModule,
    UsersModule,
    PhotosModule,
    CreditsModule,
    JobsModule,
    PaymentsModule,
    NotificationsModule,
  ],
  controllers: [TelegramWebhookController],
  providers: [
    AccountErasure,
    ...[BotHealth, BotRegistration, BotLifecycle, TelegramPoller, UpdateIntake],
    ...[
      Entrance,
      OperatorPages,
      OperatorFacts,
      OperatorDeeds,
      OperatorDesk,
      ReturningPeople,
      ConversationService,
      ConversationEffects,
      AccountEffects,
      PurchaseEffects,
      ScreenPresenter,
      ConversationUpdate,
      MembershipUpdate,
      PaymentUpdate,
    ],
  ],
})
export class BotModule {}
