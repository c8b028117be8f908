import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AdminSchedulerModule, AdminWorkerModule } from './modules/admin/index.js';
import { BotModule, BotSchedulerModule } from './modules/bot/index.js';
import { ConsoleModule } from './modules/console/index.js';
import { CreditsSchedulerModule } from './modules/credits/index.js';
import { JobsBotModule, JobsSchedulerModule, JobsWorkerModule } from './modules/jobs/index.js';
import { KieSchedulerModule } from './modules/kie/index.js';
import { NotificationsSchedulerModule, NotificationsWorkerModule } from './modules/notifications/index.js';
import {
  PaymentsBotModule,
  PaymentsSchedulerModule,
  PaymentsWorkerModule,
} from './modules/payments/index.js';
import { PhotosBotModule, PhotosSchedulerModule } from './modules/photos/index.js';
import { TelegramWorkerModule } from './modules/telegram/index.js';
import { UsersSchedulerModule } from './modules/users/index.js';
import { PlatformModule, type Env, type Role } from './platform/index.js';

type Part = Type | DynamicModule;

/** What each role adds to the platform. The same modules stand behind all of them; only the edges differ. */
const PARTS: Readonly<Record<Role, () => Part[]>> = {
  bot: () => [BotModule, JobsBotModule, PaymentsBotModule, PhotosBotModule],
  worker: () => [
    AdminWorkerModule,
    JobsWorkerModule,
    NotificationsWorkerModule,
    PaymentsWorkerModule,
    TelegramWorkerModule,
  ],
  scheduler: () => [
    ScheduleModule.forRoot(),
    AdminSchedulerModule,
    BotSchedulerModule,
    CreditsSchedulerModule,
    JobsSchedulerModule,
    KieSchedulerModule,
    NotificationsSchedulerModule,
    PaymentsSchedulerModule,
    PhotosSchedulerModule,
    UsersSchedulerModule,
  ],
  console: () => [ConsoleModule],
};

/** The application of one process: the platform and the parts of its roles. */
@Module({})
export class AppModule {
  static forRoles(env: Env): DynamicModule {
    const parts = env.ROLES.flatMap((role) => PARTS[role]());
    return { module: AppModule, imports: [PlatformModule.forRoot(env), ...parts] };
  }
}
