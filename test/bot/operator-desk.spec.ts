import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.js';
import { BotWorld } from './bot-app.js';

/** One for each of Telegram's codes of those whom the bot speaks Russian with (ru, uk, be, kk), and one for all others. */
const MENUS_FOR_ALL = 5;
/** Of nobody whom Telegram knows. */
const GONE_ID = 5_100_000_009;

describe('operators and nobody else', () => {
  let world: BotWorld;

  beforeAll(async () => {
    world = await BotWorld.create();
  });
  afterAll(() => world.destroy());

  it('F-84 an empty list of operators means nobody; an operator has a menu of their own, and a question outlives a restart', async () => {
    const olga = world.newcomer('en', 'Olga');
    const commands = () => world.telegram.commandsFor(olga.id).map(({ command }) => command);
    const first = await world.startBot();
    await olga.joins();
    expect((await olga.says('/admin')).text).toContain('Which product');
    await world.stopBot(first.app);

    // One whose menu cannot be set keeps nobody from anything.
    await world.database.query(
      `select register_user($1, null, 'Boris', null, 'ru', p_tg_user_hmac => sha256('gone'), p_consented => true)`,
      [GONE_ID],
    );
    const env = { ADMIN_IDS: `${GONE_ID},${olga.id}` };
    const second = await world.startBot({ env });
    await waitFor(() => commands().includes('admin'), { what: 'a menu of her own' });
    expect(commands()).toEqual(expect.arrayContaining(['admin', 'broadcast', 'menu']));
    expect((await olga.says('/admin')).text).toContain('Today, since');
    expect((await olga.says('/maintenance on')).text).toContain('Why? Write the reason');
    await world.stopBot(second.app);

    // Nor does one that takes for ever: the bot is ready all the same, and ends without it.
    world.telegram.failNext('setMyCommands', { skip: MENUS_FOR_ALL, hang: true });
    await world.startBot({ env });
    expect((await olga.says('the database moves')).text).toMatch(
      /Reason: the database moves\s+Do you confirm/,
    );
  });
});
