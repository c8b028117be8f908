export { BotModule } from './bot.module.js';
export { WEBHOOK_PATH } from './telegram-webhook.controller.js';
