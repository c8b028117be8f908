import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChatPacing } from '../../src/modules/telegram/index.js';
import type { Env } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
let pacing: ChatPacing;
beforeAll(async () => {
  db = await createTestDatabase();
  pacing = new ChatPacing(db.dataSource, { TELEGRAM_CHAT_SEND_INTERVAL_MS: 60_000 } as Env);
});
afterAll(() => db.drop());

it('gives a chat one slot at a time, however many ask at once, and another chat its own', async () => {
  const waits = await Promise.all(Array.from({ length: 5 }, () => pacing.claim(11)));
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(1);
  expect(await pacing.claim(12)).toBe(0);
  await db.query('delete from telegram_pacing');
});

it('keeps only chats that somebody writes to: what is over is forgotten, what Telegram silenced is not', async () => {
  await pacing.claim(1);
  await pacing.hold(2, 3_600_000);
  for (const chatId of [3, 4, 5]) await pacing.claim(chatId);
  await db.query(`update telegram_pacing set next_at = now() - interval '2 minutes' where chat_id > 2`);
  expect(await pacing.trim(2)).toBe(2);
  expect(await pacing.trim(2)).toBe(1);
  expect(await db.query('select chat_id from telegram_pacing order by chat_id')).toEqual([
    { chat_id: '1' },
    { chat_id: '2' },
  ]);
  expect(await pacing.claim(2)).toBeGreaterThan(3_000_000);
  await pacing.forget(db.dataSource.manager, 2);
  expect(await pacing.claim(2)).toBe(0);
});
