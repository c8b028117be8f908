import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  encodeCallback,
  translate,
  translatePlain,
  type Language,
} from '../../src/modules/telegram/index.js';
import type { Talker } from './bot-app.js';
import { BotWorld } from './bot-app.js';

const MUG = await readFile(new URL('../../sandbox/assets/photos/mug.jpg', import.meta.url));
const DESCRIPTION = 'Travel mug <450 ml> & lid, keeps tea hot';

let world: BotWorld;

beforeAll(async () => {
  world = await BotWorld.create();
  await world.startBot();
});
afterAll(() => world.destroy());

/** Somebody who has just pressed Start. */
async function beginner(languageCode = 'en', firstName = 'Anna'): Promise<Talker> {
  const talker = world.newcomer(languageCode, firstName);
  await talker.says('/start');
  return talker;
}

/** Walks up to a step with everything before it answered. */
async function walkTo(step: 'photo' | 'description' | 'template' | 'wishes' | 'count' | 'confirm') {
  const talker = await beginner();
  await talker.taps('Create a video');
  await talker.taps('Product card');
  if (step === 'photo') return talker;
  await talker.sends(MUG);
  if (step === 'description') return talker;
  await talker.says(DESCRIPTION);
  if (step === 'template') return talker;
  await talker.taps('Commercial');
  if (step === 'wishes') return talker;
  await talker.taps('No wishes');
  if (step === 'count') return talker;
  await talker.taps('Videos: 1');
  return talker;
}

async function picture(widthPx: number, heightPx: number): Promise<Buffer> {
  const create = { width: widthPx, height: heightPx, channels: 3 as const, background: '#888' };
  return sharp({ create }).jpeg().toBuffer();
}

const plain = (language: Language, key: Parameters<typeof translate>[1], params = {}) =>
  translate(language, key, params).replace(/<\/?\w+>/g, '');

describe.each(['ru', 'en'] as const)('a whole order in %s', (language) => {
  it('goes from /start to the progress message, one screen edited all along', async () => {
    const name = language === 'ru' ? 'Анна' : 'Ann';
    const talker = await beginner(language, name);
    expect(talker.seen.text).toContain(plain(language, 'start.hello_named', { name }));
    expect(talker.seen.text).toContain(plain(language, 'start.gift', { count: 2 }));
    const label = (key: Parameters<typeof translate>[1], params = {}) =>
      translatePlain(language, key, params);
    const screen = talker.seen.messageId;
    await talker.taps(label('button.create'));
    await talker.taps(label('button.kind.reels'));
    expect(talker.seen).toMatchObject({ messageId: screen });
    expect(talker.seen.text).toContain(plain(language, 'photo.ask', { sideMinPx: 300, sizeMaxMb: 20 }));
    await talker.sends(MUG);
    expect(talker.seen.text).toContain(plain(language, 'description.ask', { min: 3, max: 1000 }));
    await talker.says(DESCRIPTION);
    expect(talker.seen.text).toBe(plain(language, 'template.ask'));
    await talker.taps(label('button.template.ugc'));
    await talker.says('warm light');
    expect(talker.seen.text).toBe(plain(language, 'count.ask'));
    await talker.taps(label('button.count', { videos: 1, count: 1 }));
    expect(talker.seen.text).toContain(DESCRIPTION);
    expect(talker.seen.text).toContain(plain(language, 'confirm.balance', { before: 2, after: 1 }));
    await talker.taps(label('button.confirm', { count: 1 }));
    expect(talker.seen.text).toContain(plain(language, 'progress.title', { count: 1 }));
    expect(talker.seen.text).toContain(plain(language, 'progress.stage.queued'));
    expect(await talker.row()).toMatchObject({ credits: 1, language });
    expect(await talker.jobs()).toMatchObject([
      { kind: 'reels', template_type: 'ugc', prompt_input: DESCRIPTION, options: { wishes: 'warm light' } },
    ]);
    const progress = await world.database.query(
      'select message_id from progress_messages where chat_id = $1',
      [talker.id],
    );
    expect(progress).toEqual([{ message_id: String(talker.seen.messageId) }]);
    expect((await talker.session()).state).toMatchObject({ step: 'menu', draft: null });
  });
});

describe('/start', () => {
  it('twice at the same moment gives one welcome and one gift', async () => {
    const talker = world.newcomer('en');
    world.telegram.sendText(talker.id, '/start');
    world.telegram.sendText(talker.id, '/start');
    await talker.taken();
    const welcomes = talker.botMessages().filter(({ text }) => text.includes('You already have'));
    expect(welcomes).toHaveLength(1);
    expect(await talker.row()).toMatchObject({ credits: 2 });
  });

  it('of a deep link keeps the draft and its step, and the first payload is remembered', async () => {
    const talker = world.newcomer('en');
    await talker.says('/start ref_1');
    await talker.taps('Create a video');
    await talker.taps('Reels');
    await talker.sends(MUG);
    await talker.says('/start ref_2');
    expect(talker.seen.text).toContain('Tell me about the product');
    await talker.says(DESCRIPTION);
    expect(talker.seen.text).toContain('Which style');
    expect((await talker.session()).state.startPayload).toBe('ref_1');
  });

  it('brings the name up to date, and leaves the language alone', async () => {
    const talker = await beginner('en', 'Anna');
    world.telegram.changePerson(talker.id, { firstName: 'Maria', languageCode: 'ru' });
    await talker.says('/start');
    expect(await talker.row()).toMatchObject({ first_name: 'Maria', language: 'en' });
  });

  it.each<[string, (talker: Talker) => Promise<unknown>]>([
    ['a text', (talker) => talker.says('hello')],
    ['a photo', (talker) => talker.sends(MUG)],
    ['a command', (talker) => talker.says('/menu')],
  ])('is what anything of a stranger counts as: %s', async (_what, act) => {
    const talker = world.newcomer('en');
    await act(talker);
    expect(talker.seen.text).toContain('You already have 2 credits');
    expect(await talker.row()).toMatchObject({ credits: 2 });
  });
});

describe('a person of the system before this one', () => {
  it('who taps one of its buttons meets the welcome with their own balance', async () => {
    const talker = await beginner();
    await world.database.query('delete from bot_sessions where chat_id = $1', [talker.id]);
    await world.database.query('select add_credits($1, 5)', [talker.id]);
    await talker.tapsData('pay:10', talker.seen.messageId);
    expect(talker.seen.text).toContain('You already have 7 credits');
  });
});

describe('photos', () => {
  it.each<[string, () => Promise<Buffer>, { asFile?: boolean; mimeType?: string }, string]>([
    ['too small', () => picture(200, 200), { asFile: true, mimeType: 'image/jpeg' }, 'too small'],
    ['too elongated', () => picture(1200, 300), { asFile: true, mimeType: 'image/jpeg' }, 'too elongated'],
    [
      'no picture at all',
      () => Promise.resolve(Buffer.from('hello')),
      { asFile: true, mimeType: 'image/jpeg' },
      'does not look like a photo',
    ],
    [
      'a document',
      () => Promise.resolve(Buffer.from('%PDF-1.4')),
      { asFile: true, mimeType: 'application/pdf' },
      'does not look like a photo',
    ],
  ])('that are %s earn a friendly word, and the step waits on', async (_what, make, options, words) => {
    const talker = await walkTo('photo');
    await talker.sends(await make(), options);
    expect(talker.seen.text).toContain(words);
    expect(talker.seen.text).toContain('Send one photo');
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('sent as a file are taken', async () => {
    const talker = await walkTo('photo');
    await talker.sends(MUG, { asFile: true, mimeType: 'image/jpeg' });
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('with a caption bring their description along', async () => {
    const talker = await walkTo('photo');
    await talker.sends(MUG, { caption: DESCRIPTION });
    expect(talker.seen.text).toContain('Which style');
    await talker.taps('Back');
    expect(talker.seen.text).toContain(DESCRIPTION);
  });

  it('of an album: the first is taken, the others are passed over in silence', async () => {
    const talker = await walkTo('photo');
    const before = talker.botMessages().length;
    for (let index = 0; index < 3; index++) await talker.sends(MUG, { mediaGroupId: 'album-1' });
    expect(talker.botMessages()).toHaveLength(before + 1);
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('that Telegram does not hand over are asked for again', async () => {
    const talker = await walkTo('photo');
    world.telegram.failNext('getFile', { status: 400, description: 'Bad Request: wrong file_id' });
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('did not hand me that photo');
    world.telegram.failNext('download', { status: 502 });
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('did not hand me that photo');
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('Tell me about the product');
  });
});

describe('a message that does not fit its step', () => {
  it.each([
    ['photo', 'waiting for the product photo'],
    ['template', 'Choose a style with a button'],
    ['count', 'Choose how many'],
    ['confirm', 'start it with the button'],
  ] as const)('earns help at %s', async (step, words) => {
    const talker = await walkTo(step);
    await talker.says('what now?');
    expect(talker.seen.text).toContain(words);
    expect((await talker.session()).state.step).toBe(step);
  });

  it.each(['sticker', 'voice', 'location'] as const)('earns help as a %s', async (kind) => {
    const talker = await walkTo('wishes');
    await world.telegram.sendOther(talker.id, kind);
    await talker.taken();
    expect(talker.seen.text).toContain('Send your wishes as text');
  });

  it('is told what is too long or too short', async () => {
    const talker = await walkTo('description');
    expect((await talker.says('ab')).text).toContain('at least 3 characters');
    expect((await talker.says('x'.repeat(1001))).text).toContain('1001 characters, and 1000 fit');
    expect((await talker.says('x'.repeat(1000))).text).toContain('Which style');
  });
});

describe('the way back', () => {
  it('leads through every step and keeps what was entered', async () => {
    const talker = await walkTo('confirm');
    const seen: string[] = [];
    for (const _step of ['count', 'wishes', 'template', 'description', 'photo', 'kind']) {
      await talker.taps('Back');
      seen.push(talker.seen.text);
    }
    expect(seen[0]).toContain('How many videos');
    expect(seen[1]).toContain('Any wishes');
    expect(seen[3]).toContain(DESCRIPTION);
    expect(seen[4]).toContain('I have the photo');
    expect(talker.buttons()).toContain('✅ 🛍 Product card');
    await talker.taps('Next');
    expect(talker.seen.text).toContain('All correct?');
  });

  it('from a changed answer leads straight to confirm, which shows it', async () => {
    const talker = await walkTo('confirm');
    const oldConfirm = talker.seen.messageId;
    await talker.taps('Back');
    await talker.taps('Videos: 3');
    expect(talker.seen.messageId).toBe(oldConfirm);
    expect(talker.seen.text).toContain('Videos: 3');
    expect(talker.seen.text).toContain('1 short');
  });

  it('by /menu leaves the draft where it can be found, and /cancel discards it', async () => {
    const talker = await walkTo('wishes');
    await talker.says('/menu');
    await talker.taps('Continue the draft');
    expect(talker.seen.text).toContain('Any wishes');
    await talker.says('/help');
    expect(talker.seen.text).toContain('How it works');
    await talker.taps('Continue the draft');
    expect(talker.seen.text).toContain('Any wishes');
    await talker.says('/cancel');
    expect(talker.seen.text).toContain('The draft is discarded');
    expect(talker.buttons()).not.toContain('▶️ Continue the draft');
  });
});

describe('an own script', () => {
  it('is what the video is made of, and its description is kept for the next time', async () => {
    const talker = await walkTo('template');
    await talker.taps('Your own script');
    await talker.says('The mug turns slowly');
    await talker.taps('Videos: 1');
    await talker.taps('Start for 1 credit');
    const [job] = await talker.jobs();
    expect(job).toMatchObject({ template_type: 'self', prompt_input: 'The mug turns slowly' });
    await talker.tapsData(encodeCallback('another', job?.id ?? ''), talker.seen.messageId);
    await talker.taps('Back');
    expect(talker.seen.text).toContain(DESCRIPTION);
  });
});

describe('confirm', () => {
  it('tapped fifty times starts one order, and every tap is answered', async () => {
    const talker = await walkTo('confirm');
    const { messageId } = talker.seen;
    const taps = Array.from({ length: 50 }, () => world.telegram.tap(talker.id, messageId, 'Start for 1'));
    await Promise.all(taps.map((tap) => tap.answer()));
    await talker.taken();
    expect(await talker.jobs()).toHaveLength(1);
    expect(await talker.row()).toMatchObject({ credits: 1 });
    expect(talker.seen.text).toContain('Filming your video');
    expect(await talker.tapsData(taps[0]?.data ?? '', messageId)).toBe('Already filming 🚀');
  });

  it('with too few credits keeps the draft and offers ways out', async () => {
    const talker = await walkTo('count');
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
    const talker = await walkTo('count');
    await world.database.query(`select add_credits($1, 100)`, [talker.id]);
    const fill = `select create_job_and_consume_credit($1, 'ugc', $2, 'p', 'd', 8)`;
    await world.database.query(fill, [talker.id, `test-${talker.id}`]);
    await talker.taps('Videos: 3');
    await talker.taps('Start for 3');
    expect(talker.seen.text).toContain('I film at most 10 at a time');
    expect((await talker.session()).state.draft).not.toBeNull();
  });

  it('on a screen of another content starts nothing', async () => {
    const talker = await walkTo('confirm');
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
  it('goes straight to the template with the same product, as a new message', async () => {
    const talker = await walkTo('confirm');
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

  it('of a job of somebody else finds nothing', async () => {
    const owner = await walkTo('confirm');
    await owner.taps('Start for 1');
    const [job] = await owner.jobs();
    const thief = await beginner();
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
    const talker = await beginner();
    expect(await talker.tapsData(data, 1)).toContain(note);
  });

  it('twice on one button: the second is answered and does nothing', async () => {
    const talker = await walkTo('wishes');
    const { messageId } = talker.seen;
    const taps = [1, 2].map(() => world.telegram.tap(talker.id, messageId, 'Back'));
    const answers = await Promise.all(taps.map((tap) => tap.answer()));
    await talker.taken();
    expect(answers.map(({ text }) => text ?? '')).toEqual(['', '']);
    expect(talker.seen.text).toContain('Which style');
  });

  it('on a message that is gone, with a new message', async () => {
    const talker = await beginner();
    await talker.tapsData('1:create', 99_999);
    expect(talker.seen.text).toContain('Where will the video go?');
  });

  it('before the work that it starts', async () => {
    const talker = await walkTo('confirm');
    await talker.taps('Start for 1');
    const calls = world.telegram.calls().slice(-2);
    expect(calls.map(({ method }) => method)).toEqual(['answerCallbackQuery', 'editMessageText']);
  });
});

describe('who has blocked the bot', () => {
  it('is known as such, and is welcome back', async () => {
    const talker = await beginner();
    world.telegram.block(talker.id);
    await talker.taken();
    expect((await talker.row()).blocked_at).not.toBeNull();
    world.telegram.unblock(talker.id);
    await talker.taken();
    expect((await talker.row()).blocked_at).toBeNull();
  });

  it('by us gets one sentence and nothing else', async () => {
    const talker = await beginner();
    await world.database.query('update users set banned_at = now() where tg_user_id = $1', [talker.id]);
    expect((await talker.says('/menu')).text).toContain('Access to the bot is closed');
    expect(await talker.tapsData('1:create', 1)).toContain('Access to the bot is closed');
    expect((await talker.session()).state.draft).toBeNull();
  });
});

describe('a stored conversation', () => {
  it('of an older build leads to the menu, never to a crash', async () => {
    const talker = await beginner();
    await world.database.query(`update bot_sessions set state = '{"step":"scene42"}' where chat_id = $1`, [
      talker.id,
    ]);
    await talker.says('hello');
    expect(talker.seen.text).toContain('Which product are we filming?');
  });

  it('outlives a restart', async () => {
    const talker = await walkTo('wishes');
    const second = await world.startBot();
    await talker.says('at night');
    expect(talker.seen.text).toContain('How many videos');
    await world.stopBot(second.app);
  });
});
