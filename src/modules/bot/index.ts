export { AccountErasure } from './account-erasure.js';
export { AccountErasureModule } from './account-erasure.module.js';
export { BotModule } from './bot.module.js';
export { BotSchedulerModule } from './bot.scheduler.module.js';
export { readState } from './conversation.schemas.js';
export type { Show } from './conversation.types.js';
export { WEBHOOK_PATH } from './telegram-webhook.controller.js';
