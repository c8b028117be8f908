import type { Update } from 'telegraf/types';
import { expect, it } from 'vitest';
import type { TelegramClient } from '../telegram/index.js';
import type { BotHealth } from './bot-health.js';
import { TelegramPoller } from './telegram-poller.js';
import type { UpdateIntake } from './update-intake.js';

const from = (id: number) => ({ id, is_bot: false, first_name: 'Anna' });
const message = (id: number) =>
  ({ update_id: id, message: { message_id: id, chat: { id, type: 'private' }, from: from(id) } }) as Update;
const preCheckout = (id: number) =>
  ({ update_id: id, pre_checkout_query: { id: String(id), from: from(id) } }) as unknown as Update;

it('F-24 hands on every pre-checkout query of a batch at once: Telegram waits 10 s for each', async () => {
  const begun: number[] = [];
  const stop = new AbortController();
  const batch = [
    ...Array.from({ length: 30 }, (_, index) => message(index + 1)),
    preCheckout(31),
    preCheckout(32),
  ];
  const telegram = { getUpdates: () => Promise.resolve(batch) };
  // Nothing in hand ends: whoever waits for another would never begin.
  const intake = {
    accept: ({ update_id }: Update) => {
      begun.push(update_id);
      return new Promise(() => undefined);
    },
  };
  const poller = new TelegramPoller(
    telegram as unknown as TelegramClient,
    intake as unknown as UpdateIntake,
    { report: () => undefined } as unknown as BotHealth,
    { BOT_TOKEN: '1:x', DATABASE_URL: '', TELEGRAM_POLL_TIMEOUT_S: 1 },
  );
  void poller['pollOnce'](0, stop.signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(expect.arrayContaining([31, 32]));
});
