import type { FakeTelegram } from '../../sandbox/telegram/index.js';

/** Somebody presses Start and agrees to the terms; returns once the bot has welcomed them. */
export async function joinBot(telegram: FakeTelegram, personId: number): Promise<void> {
  telegram.sendText(personId, '/start');
  const { messageId } = await telegram.waitForMessage(personId, (message) =>
    (message.keyboard ?? []).flat().some((button) => button.callback_data === '1:agree'),
  );
  await telegram.tapData(personId, messageId, '1:agree').answer();
  await telegram.waitForMessage(personId, (message) =>
    (message.keyboard ?? []).flat().some((button) => button.callback_data === '1:create'),
  );
}
