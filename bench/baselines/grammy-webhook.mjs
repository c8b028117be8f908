/** A webhook of bare grammY: /start is answered with a message, then the update with 200. No state, no database. */
import { createServer } from 'node:http';
import { Bot, webhookCallback } from 'grammy';

const { BOT_TOKEN, TELEGRAM_API_ROOT: apiRoot, WEBHOOK_SECRET_TOKEN: secretToken } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot } });
bot.command('start', (ctx) => ctx.reply(`Hello, ${ctx.from.first_name}!`));

const server = createServer(webhookCallback(bot, 'http', { secretToken }));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
