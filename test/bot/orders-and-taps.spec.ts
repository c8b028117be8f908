import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCallback } from '../../src/modules/telegram/index.js';
import { BotWorld } from './bot-app.js';
import { beginner, DESCRIPTION, walkTo } from './walks.js';

let world: BotWorld;

beforeAll(async () => {
  world = await BotWorld.create();
  await world.startBot();
});
afterAll(() => world.destroy());

describe('confirm', () => {
  it('F-37 tapped fifty times starts one order, and every tap is answered', async () => {
    const talker = await walkTo(world, 'confirm');
    const { messageId } = talker.seen;
    const taps = Array.from({ length: 50 }, () => world.telegram.tap(talker.id, messageId, 'Start for 1'));
    await Promise.all(taps.map((tap) => tap.answer()));
    await talker.taken();
    expect(await talker.jobs()).toHaveLength(1);
    expect(await talker.row()).toMatchObject({ credits: 1 });
    expect(talker.seen.text).toContain('Filming your video');
    expect(await talker.tapsData(taps[0]?.data ?? '', messageId)).toBe('Already filming 🚀');
  });

  it('on a screen whose update was forgotten and came again starts the order that it shows', async () => {
    const talker = await walkTo(world, 'count');
    world.telegram.failNext('editMessageText', { delayMs: 300, chatId: talker.id });
    const counting = talker.taps('Videos: 1');
    await talker.losesUpdateInHand();
    await counting;
    await talker.taken();
    const shown = world.telegram
      .calls('editMessageText')
      .filter(({ args }) => args['chat_id'] === talker.id)
      .flatMap(({ args }) => /1:confirm:[^"]+/.exec(JSON.stringify(args['reply_markup']))?.[0] ?? []);
    expect(shown).toHaveLength(2);
    await talker.tapsData(shown[0] ?? '', talker.seen.messageId);
    expect(await talker.jobs()).toHaveLength(1);
  });

  it('with too few credits keeps the draft and offers ways out', async () => {
    const talker = await walkTo(world, 'count');
    await talker.taps('Videos: 3');
    await talker.taps('Start for 3 credits');
    expect(talker.seen.text).toContain('Needed: 3, on your balance: 2');
    expect(talker.seen.keyboard?.flat().find(({ url }) => url)).toBeDefined();
    expect(await talker.jobs()).toEqual([]);
    await talker.taps('Make fewer videos');
    await talker.taps('Videos: 1');
    await talker.taps('Start for 1 credit');
    expect(await talker.jobs()).toHaveLength(1);
  });

  it('over the number of videos in the making keeps the draft', async () => {
    const talker = await walkTo(world, 'count');
    await world.database.query(`select add_credits($1, 100)`, [talker.id]);
    const fill = `select create_job_and_consume_credit($1, 'ugc', $2, 'p', 'd', 8)`;
    await world.database.query(fill, [talker.id, `test-${talker.id}`]);
    await talker.taps('Videos: 3');
    await talker.taps('Start for 3');
    expect(talker.seen.text).toContain('I film at most 10 at a time');
    expect((await talker.session()).state.draft).not.toBeNull();
  });

  it('that comes again after the order was started says so, whatever was seen in its photo since', async () => {
    const talker = await walkTo(world, 'confirm');
    const { state } = await talker.session();
    const { messageId, keyboard } = talker.seen;
    const confirm = keyboard?.flat()[0]?.callback_data ?? '';
    await talker.taps('Start for 1');
    // As if the process had died between the order and the end of its update.
    await world.database.query('update bot_sessions set state = $2 where chat_id = $1', [
      talker.id,
      JSON.stringify(state),
    ]);
    await world.database.query(
      `update photo_looks set state = 'looked', flagged = true, people = false, brand = false, looked_at = now()
        where photo_path like 'inputs/' || $1 || '/%'`,
      [talker.id],
    );
    await talker.tapsData(confirm, messageId);
    expect(talker.seen.text).toContain('Filming your video');
    expect(await talker.jobs()).toHaveLength(1);
    expect((await talker.session()).state.draft).toBeNull();
  });

  it('that comes again when its video is ready shows that, and no queue', async () => {
    const talker = await walkTo(world, 'confirm');
    const { state } = await talker.session();
    const { messageId, keyboard } = talker.seen;
    await talker.taps('Start for 1');
    await world.database.query(`update bot_sessions set state = $2 where chat_id = $1`, [
      talker.id,
      JSON.stringify(state),
    ]);
    await world.database.query(
      `update jobs set status = 'completed', step = 'deliver', started_at = now(), finished_at = now(), wake_at = null
        where user_id = (select id from users where tg_user_id = $1)`,
      [talker.id],
    );
    await talker.tapsData(keyboard?.flat()[0]?.callback_data ?? '', messageId);
    expect(talker.seen.text).toContain('The video is in the chat');
  });

  it('for another price than is asked now shows the order once more, and charges nothing', async () => {
    const talker = await walkTo(world, 'confirm');
    const shown = talker.seen.keyboard?.flat()[0]?.callback_data ?? '';
    await talker.tapsData(shown.replace(/:1$/, ':2'), talker.seen.messageId);
    expect(talker.seen.text).toContain('The price has changed');
    expect(talker.seen.text).toContain('Price: 1 credit');
    expect(await talker.jobs()).toEqual([]);
    await talker.tapsData(shown, talker.seen.messageId);
    expect(await talker.jobs()).toHaveLength(1);
  });

  it('on a screen of another content starts nothing', async () => {
    const talker = await walkTo(world, 'confirm');
    const old = talker.seen.keyboard?.flat()[0]?.callback_data ?? '';
    const { messageId } = talker.seen;
    await talker.taps('Back');
    await talker.taps('Back');
    await talker.says('at night');
    expect(await talker.tapsData(old, messageId)).toContain('no longer works');
    expect(await talker.jobs()).toEqual([]);
  });
});

describe('make another', () => {
  it('F-81 goes straight to the template with the same product, as a new message', async () => {
    const talker = await walkTo(world, 'confirm');
    await talker.taps('Start for 1');
    const progress = talker.seen.messageId;
    const [job] = await talker.jobs();
    await talker.tapsData(encodeCallback('another', job?.id ?? ''), progress);
    expect(talker.seen.messageId).toBeGreaterThan(progress);
    expect(talker.seen.text).toContain('Which style');
    await talker.taps('Blogger review');
    await talker.taps('No wishes');
    await talker.taps('Videos: 1');
    await talker.taps('Start for 1');
    const jobs = await talker.jobs();
    expect(jobs).toHaveLength(2);
    expect(jobs[1]).toMatchObject({ prompt_input: DESCRIPTION, photo_path: jobs[0]?.photo_path });
  });

  it('F-83 of a job of somebody else finds nothing', async () => {
    const owner = await walkTo(world, 'confirm');
    await owner.taps('Start for 1');
    const [job] = await owner.jobs();
    const thief = await beginner(world);
    await thief.tapsData(encodeCallback('another', job?.id ?? ''), thief.seen.messageId);
    expect(thief.seen.text).toContain('could not find that order');
    expect((await thief.session()).state.draft).toBeNull();
  });
});

describe('every tap is answered', () => {
  it.each([
    ['a button that never was', 'give:me:credits', 'That button is gone'],
    ['a button of the old bot', 'pay:10', 'That button is gone'],
    ['half a button', '1:confirm', 'That button is gone'],
    ['a button of another step', '1:count:3', 'no longer works'],
  ])('%s', async (_what, data, note) => {
    const talker = await beginner(world);
    expect(await talker.tapsData(data, 1)).toContain(note);
  });

  it('twice on one button: the second is answered and does nothing', async () => {
    const talker = await walkTo(world, 'wishes');
    const { messageId } = talker.seen;
    const taps = [1, 2].map(() => world.telegram.tap(talker.id, messageId, 'Back'));
    const answers = await Promise.all(taps.map((tap) => tap.answer()));
    await talker.taken();
    expect(answers.map(({ text }) => text ?? '')).toEqual(['', '']);
    expect(talker.seen.text).toContain('Which style');
  });

  it('on a message that is gone, with a new message', async () => {
    const talker = await beginner(world);
    await talker.tapsData('1:create', 99_999);
    expect(talker.seen.text).toContain('Where will the video go?');
  });

  it('F-68 before the work that it starts', async () => {
    const talker = await walkTo(world, 'confirm');
    await talker.taps('Start for 1');
    const calls = world.telegram.calls().slice(-2);
    expect(calls.map(({ method }) => method)).toEqual(['answerCallbackQuery', 'editMessageText']);
  });
});

describe('a tap that Telegram has forgotten', () => {
  it('F-68 cannot be answered, and still does its work', async () => {
    const talker = await beginner(world);
    const description = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
    world.telegram.failNext('answerCallbackQuery', { status: 400, description });
    world.telegram.tapData(talker.id, talker.seen.messageId, '1:create');
    await talker.taken();
    expect(talker.seen.text).toContain('Where will the video go?');
  });
});

describe('an old message', () => {
  it('F-81 far above is not edited by its tap: the draft goes on in a new message below', async () => {
    const talker = await walkTo(world, 'template');
    const [above, below] = [await talker.says('/menu'), await talker.says('/menu')];
    await talker.taps('Continue the draft', above.messageId);
    expect(talker.seen.messageId).toBeGreaterThan(below.messageId);
    expect(talker.seen.text).toContain('Which style');
    const found = talker.botMessages().find(({ messageId }) => messageId === above.messageId);
    expect(found?.text).toBe(above.text);
  });

  it('F-81 of a step that is over answers its tap with a note, however often it comes', async () => {
    const talker = await walkTo(world, 'template');
    const { messageId, keyboard } = talker.seen;
    await talker.says('/menu');
    const messages = talker.botMessages().length;
    for (let tap = 0; tap < 8; tap++) {
      const note = await talker.tapsData(keyboard?.flat()[0]?.callback_data ?? '', messageId);
      expect(note).toContain('Let us go on from the last message');
    }
    expect(talker.botMessages()).toHaveLength(messages);
  });
});

describe('who has blocked the bot', () => {
  it('is known as such, and is welcome back', async () => {
    const talker = await beginner(world);
    world.telegram.block(talker.id);
    await talker.taken();
    expect((await talker.row()).blocked_at).not.toBeNull();
    world.telegram.unblock(talker.id);
    await talker.taken();
    expect((await talker.row()).blocked_at).toBeNull();
  });

  it('by us gets one sentence and nothing else', async () => {
    const talker = await beginner(world);
    await world.database.query('update users set banned_at = now() where tg_user_id = $1', [talker.id]);
    expect((await talker.says('/menu')).text).toContain('Access to the bot is closed');
    expect(await talker.tapsData('1:create', 1)).toContain('Access to the bot is closed');
    expect((await talker.session()).state.draft).toBeNull();
  });
});

describe('a stored conversation', () => {
  it('of an older build leads to the menu, never to a crash', async () => {
    const talker = await beginner(world);
    await world.database.query(`update bot_sessions set state = '{"step":"scene42"}' where chat_id = $1`, [
      talker.id,
    ]);
    await talker.says('hello');
    expect(talker.seen.text).toContain('Which product are we filming?');
  });

  it('F-75 outlives a restart', async () => {
    const talker = await walkTo(world, 'wishes');
    const second = await world.startBot();
    await talker.says('at night');
    expect(talker.seen.text).toContain('How many videos');
    await world.stopBot(second.app);
  });
});
