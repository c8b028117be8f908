import { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import { describe, expect, it } from 'vitest';
import type { BotContext } from './session.middleware.js';
import { UpdateIntake } from './update-intake.js';

const update = { update_id: 1, message: { message_id: 1 } } as unknown as Update;

/** Takes updates for a bot that does this with them. */
function intakeOf(handler: () => Promise<void>, handlerTimeout = 20): UpdateIntake {
  const bot = new Telegraf<BotContext>('1:x', { handlerTimeout });
  bot.botInfo = { id: 1, is_bot: true, first_name: '', username: '' } as typeof bot.botInfo;
  bot.catch((error) => {
    throw error;
  });
  bot.use(handler);
  return new UpdateIntake(bot);
}

describe('an update', () => {
  it('F-69 whose handler takes too long comes again, and stops nothing', async () => {
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => (finish = resolve));
    const intake = intakeOf(() => work);
    expect(await intake.accept(update)).toEqual({ kind: 'again', afterMs: 1_000, awaits: 'chat' });
    finish();
    expect(await intake.accept(update)).toEqual({ kind: 'done' });
  });

  it('F-68 whose handler breaks is done with, and the next one is taken', async () => {
    let calls = 0;
    const intake = intakeOf(() => (calls++ === 0 ? Promise.reject(new Error('a bug')) : Promise.resolve()));
    expect(await intake.accept(update)).toEqual({ kind: 'done' });
    expect(await intake.accept(update)).toEqual({ kind: 'done' });
    expect(calls).toBe(2);
  });
});
