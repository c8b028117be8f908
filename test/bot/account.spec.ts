import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetPath, SANDBOX_VIDEO } from '../../sandbox/assets/index.js';
import {
  htmlToPlain,
  TelegramClient,
  translate,
  translatePlain,
  type Language,
} from '../../src/modules/telegram/index.js';
import { UsersService } from '../../src/modules/users/index.js';
import { waitFor } from '../support/wait-for.js';
import { BotWorld } from './bot-app.js';
import { beginner, walkTo } from './walks.js';

const TERMS = 'https://neurocards.example/terms';
const PRIVACY = 'https://neurocards.example/privacy';
let world: BotWorld;
let telegram: TelegramClient;
let users: UsersService;

beforeAll(async () => {
  world = await BotWorld.create();
  const { app } = await world.startBot({ env: { TERMS_URL: TERMS, PRIVACY_URL: PRIVACY } });
  telegram = app.get(TelegramClient);
  users = app.get(UsersService);
});
afterAll(() => world.destroy());

const text = (language: Language, key: Parameters<typeof translate>[1], params = {}) =>
  htmlToPlain(translate(language, key, params));

async function usersWith(tgUserId: number): Promise<number> {
  return (await world.database.query('select 1 from users where tg_user_id = $1', [tgUserId])).length;
}

describe('consent', () => {
  it.each<[string, (talker: Awaited<ReturnType<typeof beginner>>) => Promise<unknown>]>([
    ['/start', (talker) => talker.says('/start')],
    ['a text', (talker) => talker.says('hello')],
    ['a command', (talker) => talker.says('/menu')],
    [
      'a tap on a button of somebody else',
      async (talker) => {
        await talker.says('/start');
        await talker.tapsData('1:create', 1);
      },
    ],
  ])('comes before everything else: %s', async (_what, act) => {
    const talker = world.newcomer('en');
    await act(talker);
    const { keyboard, text: shown } = talker.seen;
    expect(shown).toContain('Before we start');
    expect((keyboard ?? []).flat().map(({ url }) => url)).toEqual(expect.arrayContaining([TERMS, PRIVACY]));
    // Nobody is known to us before they agree.
    expect(await usersWith(talker.id)).toBe(0);
  });

  it('twice at the same moment makes one person and one gift', async () => {
    const talker = world.newcomer('en');
    await talker.says('/start');
    const { messageId } = talker.seen;
    const taps = [1, 2, 3].map(() => world.telegram.tapData(talker.id, messageId, '1:agree'));
    await Promise.all(taps.map((tap) => tap.answer()));
    await talker.taken();
    expect(talker.seen.text).toContain('You already have 2 credits');
    expect(await talker.row()).toMatchObject({ credits: 2 });
    expect(await usersWith(talker.id)).toBe(1);
  });

  it('is welcomed in the end, though the welcome could not be shown when they agreed', async () => {
    const talker = world.newcomer('en');
    await talker.says('/start');
    const { messageId } = talker.seen;
    // As if Telegram had refused for so long that the update came again: registered, and nothing was shown.
    const { user } = await users.register({ tgUserId: talker.id, languageCode: 'en' });
    expect(user.consentedAt).not.toBeNull();
    await talker.tapsData('1:agree', messageId);
    expect(talker.seen.text).toContain('All set, we can start!');
    expect(await talker.row()).toMatchObject({ credits: 2 });
  });

  it('can be read in the other language, which is the person’s from then on', async () => {
    const talker = world.newcomer('de');
    await talker.says('/start');
    await talker.taps(translatePlain('ru', 'name.language'));
    expect(talker.seen.text).toContain(text('ru', 'consent.ask'));
    await talker.taps(translatePlain('ru', 'button.agree'));
    expect(talker.seen.text).toContain(text('ru', 'start.ready'));
    expect(await talker.row()).toMatchObject({ language: 'ru' });
  });

  it('is asked of somebody from before there were terms, in the language that they choose', async () => {
    const talker = world.newcomer('ru');
    await world.database.query(`select register_user($1, null, 'Anna', null, 'ru')`, [talker.id]);
    await talker.says('/menu');
    expect(talker.seen.text).toContain(text('ru', 'consent.ask'));
    await talker.taps(translatePlain('en', 'name.language'));
    expect(talker.seen.text).toContain(text('en', 'consent.ask'));
    await talker.taps(translatePlain('en', 'button.agree'));
    expect(talker.seen.text).toContain(text('en', 'start.ready'));
    expect(await talker.row()).toMatchObject({ language: 'en' });
  });

  it('does not keep anybody from the terms and the payment support', async () => {
    const talker = world.newcomer('en');
    await talker.says('/terms');
    expect(talker.seen.text).toContain('Terms');
    await talker.says('/paysupport');
    expect(talker.seen.text).toContain('Payment questions');
  });
});

describe.each(['ru', 'en'] as const)('the account in %s', (language) => {
  const label = (key: Parameters<typeof translate>[1], params = {}) => translatePlain(language, key, params);

  it('leads from the menu to everything, and every screen back', async () => {
    const talker = await beginner(world, language);
    await talker.taps(label('button.cabinet'));
    expect(talker.seen.text).toContain(text(language, 'cabinet.title'));
    expect(talker.seen.text).toContain(text(language, 'balance', { count: 2 }));
    await talker.taps(label('button.statement'));
    expect(talker.seen.text).toContain(label('statement.reason.signup'));
    expect(talker.seen.text).toMatch(/\+2 .* 2$/m);
    await talker.taps(label('button.cabinet'));
    await talker.taps(label('button.videos'));
    expect(talker.buttons()).toContain(label('button.create'));
    await talker.taps(label('button.menu'));
    expect(talker.seen.text).toContain(text(language, 'menu.title'));
  });

  it('answers each of its commands', async () => {
    const talker = await beginner(world, language);
    const titles = {
      '/cabinet': 'cabinet.title',
      '/language': 'languages.ask',
      '/help': 'help.text',
      '/terms': 'terms.text',
      '/paysupport': 'paysupport.text',
      '/delete_me': 'erase.ask',
      '/menu': 'menu.title',
    } as const;
    for (const [command, key] of Object.entries(titles)) {
      await talker.says(command);
      expect(talker.seen.text, command).toContain(text(language, key));
      expect(talker.seen.keyboard?.flat().length, command).toBeGreaterThan(0);
    }
  });
});

describe('the language', () => {
  it('is changed at once, in the middle of a draft, and stays', async () => {
    const talker = await walkTo(world, 'wishes');
    await talker.says('/language');
    await talker.taps(translatePlain('ru', 'name.language'));
    expect(talker.seen.text).toContain(text('ru', 'hint.language_set'));
    expect(talker.seen.text).toContain('пожелания');
    await talker.says('уютная кухня');
    expect(talker.seen.text).toContain(text('ru', 'count.ask'));
    await waitFor(() => world.telegram.commandsFor(talker.id)[1]?.description === 'Меню', {
      what: 'the commands in the chosen language',
    });
  });
});

describe('the statement', () => {
  it('is paged, newest first, and says when, why, how much and what was left', async () => {
    const talker = await beginner(world);
    for (let gift = 1; gift <= 10; gift++) {
      await world.database.query('select add_credits($1, $2, $3, $4)', [
        ...[talker.id, gift, 'bonus'],
        `gift-${talker.id}-${gift}`,
      ]);
    }
    await talker.says('/cabinet');
    await talker.taps('Credit history');
    expect(talker.seen.text).toMatch(/\d{1,2} \w+, \d\d:\d\d · \+10 · gift · balance 57/);
    expect(talker.seen.text).not.toContain('welcome gift');
    await talker.taps('Older');
    expect(talker.seen.text).toContain('+2 · welcome gift · balance 2');
    expect(talker.buttons()).not.toContain('Older →');
    await talker.taps('Newer');
    expect(talker.seen.text).toContain('balance 57');
    // A page that never was is the last one.
    await talker.tapsData('1:statement:9999', talker.seen.messageId);
    expect(talker.seen.text).toContain('welcome gift');
  });
});

describe('/delete_me', () => {
  it('names what is lost, asks twice, and leaves a stranger', async () => {
    const talker = await walkTo(world, 'confirm');
    await talker.says('/delete_me');
    expect(talker.seen.text).toContain('2 credits will be lost');
    await talker.taps('Delete my data');
    expect(talker.seen.text).toContain('Really delete?');
    const { messageId } = talker.seen;
    await talker.taps('Yes, delete for ever');
    expect(talker.seen.messageId).toBe(messageId);
    expect(talker.seen.text).toContain('your data is erased');
    expect(await usersWith(talker.id)).toBe(0);
    const sessions = await world.database.query('select 1 from bot_sessions where chat_id = $1', [talker.id]);
    expect(sessions).toEqual([]);
    await talker.taps('Start again');
    expect(talker.seen.text).toContain('Before we start');
    await talker.tapsData('1:agree', talker.seen.messageId);
    expect(await talker.row()).toMatchObject({ credits: 0 });
    expect(talker.seen.text).toContain('Your balance: 0 credits');
  });

  it('asks anew when the balance has changed meanwhile', async () => {
    const talker = await beginner(world);
    await talker.says('/delete_me');
    await talker.taps('Delete my data');
    await world.database.query('select add_credits($1, 5)', [talker.id]);
    await talker.taps('Yes, delete for ever');
    expect(talker.seen.text).toContain('7 credits will be lost');
    expect(await usersWith(talker.id)).toBe(1);
  });

  it('waits while a video is in the making', async () => {
    const talker = await walkTo(world, 'confirm');
    await talker.taps('Start for 1');
    await talker.says('/delete_me');
    expect(talker.seen.text).toContain('1 video is in the making');
    await talker.tapsData('1:erase:1', talker.seen.messageId);
    expect(talker.seen.text).toContain('Not yet');
    expect(await usersWith(talker.id)).toBe(1);
  });

  it('pressed twice erases once, and answers both', async () => {
    const talker = await beginner(world);
    await talker.says('/delete_me');
    await talker.taps('Delete my data');
    const { messageId } = talker.seen;
    const taps = [1, 2].map(() => world.telegram.tapData(talker.id, messageId, '1:erase:2'));
    await Promise.all(taps.map((tap) => tap.answer()));
    await talker.taken();
    expect(await usersWith(talker.id)).toBe(0);
  });
});

// The last ones: their bots take the webhook with them.
describe('the welcome', () => {
  it('shows what the bot makes, and goes on without a video that is not there any more', async () => {
    const anna = await beginner(world);
    const video = { filePath: assetPath('video.mp4'), ...SANDBOX_VIDEO };
    const { fileId } = await telegram.sendVideo(anna.id, video, { text: '' });
    const env = { WELCOME_VIDEO_FILE_IDS: `gone,${fileId}` };
    const second = await world.startBot({ env });
    const talker = await beginner(world);
    const seen = talker.botMessages().map(({ kind, text: shown }) => (kind === 'video' ? kind : shown));
    expect(seen).toEqual([
      expect.stringContaining('Before we start'),
      'video',
      expect.stringContaining('All set'),
    ]);
    await world.stopBot(second.app);
  });
});

describe('somebody who is too fast', () => {
  it('is told so once, every tap is answered, and nothing is lost', async () => {
    const second = await world.startBot({ env: { PERSON_EVENTS_MAX: '5', PERSON_EVENTS_WINDOW_MS: '2000' } });
    const talker = await beginner(world);
    const { messageId } = talker.seen;
    const notes: string[] = [];
    for (let tap = 0; tap < 8; tap++) notes.push(await talker.tapsData('1:help', messageId));
    expect(notes.filter((note) => note.includes('cannot keep up'))).toHaveLength(1);
    expect(notes).toHaveLength(8);
    const before = talker.botMessages().length;
    await talker.says('still here');
    expect(talker.botMessages()).toHaveLength(before);
    await waitFor(
      async () =>
        (await talker.tapsData('1:cabinet', messageId)) === '' && talker.seen.text.includes('My account'),
      {
        what: 'the next window',
      },
    );
    await world.stopBot(second.app);
  });
});
