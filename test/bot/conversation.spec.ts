import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  encodeCallback,
  translate,
  translatePlain,
  type Language,
} from '../../src/modules/telegram/index.js';

import { beginner, DESCRIPTION, MUG, walkTo } from './walks.js';
import { BotWorld } from './bot-app.js';

let world: BotWorld;

beforeAll(async () => {
  world = await BotWorld.create();
  await world.startBot();
});
afterAll(() => world.destroy());

async function picture(widthPx: number, heightPx: number): Promise<Buffer> {
  const create = { width: widthPx, height: heightPx, channels: 3 as const, background: '#888' };
  return sharp({ create }).jpeg().toBuffer();
}

const plain = (language: Language, key: Parameters<typeof translate>[1], params = {}) =>
  translate(language, key, params).replace(/<\/?\w+>/g, '');

describe.each(['ru', 'en'] as const)('a whole order in %s', (language) => {
  it('goes from /start to the progress message, one screen edited all along', async () => {
    const name = language === 'ru' ? 'Анна' : 'Ann';
    const talker = world.newcomer(language, name);
    await talker.says('/start');
    expect(talker.seen.text).toContain(plain(language, 'start.hello_named', { name }));
    expect(talker.seen.text).toContain(plain(language, 'consent.ask'));
    await talker.taps(translatePlain(language, 'button.agree'));
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
    expect(talker.seen.text).toContain(plain(language, 'progress.stage.prompt'));
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
  it('of a deep link keeps the draft and its step, and the first payload is remembered', async () => {
    const talker = world.newcomer('en');
    await talker.says('/start ref_1');
    await talker.tapsData('1:agree', talker.seen.messageId);
    await talker.taps('Fresh content');
    await talker.taps('Reels');
    await talker.sends(MUG);
    await talker.says('/start ref_2');
    expect(talker.seen.text).toContain('Tell me about the product');
    await talker.says(DESCRIPTION);
    expect(talker.seen.text).toContain('Which style');
    expect((await talker.session()).state.startPayload).toBe('ref_1');
  });

  it('brings the name up to date, and leaves the language alone', async () => {
    const talker = await beginner(world, 'en', 'Anna');
    world.telegram.changePerson(talker.id, { firstName: 'Maria', languageCode: 'ru' });
    await talker.says('/start');
    expect(await talker.row()).toMatchObject({ first_name: 'Maria', language: 'en' });
  });
});

describe('a person of the system before this one', () => {
  it('who taps one of its buttons is asked to agree, and keeps their balance', async () => {
    const talker = await beginner(world);
    await world.database.query('delete from bot_sessions where chat_id = $1', [talker.id]);
    await world.database.query('update users set consented_at = null where tg_user_id = $1', [talker.id]);
    await world.database.query('select add_credits($1, 5)', [talker.id]);
    await talker.tapsData('pay:10', talker.seen.messageId);
    expect(talker.seen.text).toContain('Before we start');
    await talker.tapsData('1:agree', talker.seen.messageId);
    expect(talker.seen.text).toContain('Your balance: 7 credits');
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
    const talker = await walkTo(world, 'photo');
    await talker.sends(await make(), options);
    expect(talker.seen.text).toContain(words);
    expect(talker.seen.text).toContain('Send one photo');
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('sent as a file are taken', async () => {
    const talker = await walkTo(world, 'photo');
    await talker.sends(MUG, { asFile: true, mimeType: 'image/jpeg' });
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('with a caption bring their description along', async () => {
    const talker = await walkTo(world, 'photo');
    await talker.sends(MUG, { caption: DESCRIPTION });
    expect(talker.seen.text).toContain('Which style');
    await talker.taps('Back');
    expect(talker.seen.text).toContain(DESCRIPTION);
  });

  it('of an album: the first is taken at once, the others earn no message', async () => {
    const talker = await walkTo(world, 'photo');
    const before = talker.botMessages().length;
    for (let index = 0; index < 3; index++) await talker.sends(MUG, { mediaGroupId: 'album-1' });
    expect(talker.botMessages()).toHaveLength(before + 1);
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('of an album: a better one takes the place of the first, in the same message', async () => {
    const talker = await walkTo(world, 'photo');
    const small = await sharp(MUG).resize(400).jpeg().toBuffer();
    await talker.sends(small, { mediaGroupId: 'album-2' });
    const { messageId } = talker.seen;
    const first = (await talker.session()).state.draft?.['photoPath'];
    await talker.sends(MUG, { mediaGroupId: 'album-2' });
    expect(talker.seen.messageId).toBe(messageId);
    expect((await talker.session()).state.draft?.['photoPath']).not.toBe(first);
  });

  it('of an album: when the first is no good the next is taken, and its message says so no longer', async () => {
    const talker = await walkTo(world, 'photo');
    await talker.sends(await picture(200, 200), { mediaGroupId: 'album-3', asFile: true });
    expect(talker.seen.text).toContain('too small');
    const { messageId } = talker.seen;
    await talker.sends(MUG, { mediaGroupId: 'album-3' });
    expect(talker.seen.messageId).toBe(messageId);
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('that are dark earn advice, which the person may pass over', async () => {
    const talker = await walkTo(world, 'photo');
    await talker.sends(await sharp(MUG).linear(0.12, 0).jpeg().toBuffer());
    expect(talker.seen.text).toContain('rather dark');
    await talker.taps('Use this photo anyway');
    expect(talker.seen.text).toContain('Tell me about the product');
  });

  it('that Telegram does not hand over are asked for again', async () => {
    const talker = await walkTo(world, 'photo');
    world.telegram.failNext('getFile', { status: 400, description: 'Bad Request: wrong file_id' });
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('could not take that photo');
    world.telegram.failNext('download', { status: 502 });
    await talker.sends(MUG);
    expect(talker.seen.text).toContain('could not take that photo');
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
    const talker = await walkTo(world, step);
    await talker.says('what now?');
    expect(talker.seen.text).toContain(words);
    expect((await talker.session()).state.step).toBe(step);
  });

  it.each(['sticker', 'voice', 'location'] as const)('earns help as a %s', async (kind) => {
    const talker = await walkTo(world, 'wishes');
    await world.telegram.sendOther(talker.id, kind);
    await talker.taken();
    expect(talker.seen.text).toContain('Send your wishes as text');
  });

  it('is told what is too long or too short', async () => {
    const talker = await walkTo(world, 'description');
    expect((await talker.says('ab')).text).toContain('at least 3 characters');
    expect((await talker.says('x'.repeat(1001))).text).toContain('1001 characters, and 1000 fit');
    expect((await talker.says('x'.repeat(1000))).text).toContain('Which style');
  });
});

describe('the way back', () => {
  it('leads through every step and keeps what was entered', async () => {
    const talker = await walkTo(world, 'confirm');
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
    const talker = await walkTo(world, 'confirm');
    const oldConfirm = talker.seen.messageId;
    await talker.taps('Back');
    await talker.taps('Videos: 3');
    expect(talker.seen.messageId).toBe(oldConfirm);
    expect(talker.seen.text).toContain('Videos: 3');
    expect(talker.seen.text).toContain('1 short');
  });

  it('by /menu leaves the draft where it can be found, and /cancel discards it', async () => {
    const talker = await walkTo(world, 'wishes');
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
  it('is shown once more whole, however long', async () => {
    const talker = await walkTo(world, 'template');
    await talker.taps('Your own script');
    const script = `${'The mug turns. '.repeat(132)}The end.`;
    await talker.says(script);
    await talker.taps('It is right');
    const before = talker.botMessages().length;
    await talker.taps('Back');
    const shown = talker
      .botMessages()
      .slice(before - 1)
      .map(({ text }) => text);
    expect(shown.join(' ').match(/The mug turns\./g)).toHaveLength(132);
    expect(talker.seen.text).toContain('Send another text');
    expect(talker.buttons()).toContain('✅ It is right');
  });

  it('is what the video is made of, and its description is kept for the next time', async () => {
    const talker = await walkTo(world, 'template');
    await talker.taps('Your own script');
    await talker.says('The mug turns');
    expect(talker.seen.text).toContain('word for word. Is it right?');
    await talker.taps('Change the script');
    await talker.says('The mug turns slowly');
    await talker.taps('It is right');
    await talker.taps('Videos: 1');
    await talker.taps('Start for 1 credit');
    const [job] = await talker.jobs();
    expect(job).toMatchObject({ template_type: 'self', prompt_input: 'The mug turns slowly' });
    await talker.tapsData(encodeCallback('another', job?.id ?? ''), talker.seen.messageId);
    await talker.taps('Back');
    expect(talker.seen.text).toContain(DESCRIPTION);
  });
});
