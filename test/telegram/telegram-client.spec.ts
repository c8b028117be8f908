import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { TelegramClient, TelegramError, type TelegramSettings } from '../../src/modules/telegram/index.js';
import { Metrics } from '../../src/platform/index.js';

const VIDEO = new URL('../../sandbox/assets/video.mp4', import.meta.url).pathname;
const LARGE_BYTES = 40 * 1024 * 1024;
const SIZE = { widthPx: 720, heightPx: 1280, durationS: 5 };
const HELLO = { text: '<b>Hello</b>', keyboard: [[{ text: 'Menu', callback: '1:menu' }]] };

const fake = new FakeTelegram();
let client: TelegramClient;
let annaId: number;

function clientWith(settings: Partial<TelegramSettings> = {}): TelegramClient {
  return new TelegramClient(
    {
      BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.url,
      TELEGRAM_TIMEOUT_MS: 5_000,
      TELEGRAM_SEND_VIDEO_TIMEOUT_MS: 5_000,
      ...settings,
    },
    new Metrics(),
  );
}

async function failureOf(call: Promise<unknown>): Promise<TelegramError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TelegramError))
    throw new Error('The call did not fail as it should', { cause: error });
  expect(JSON.stringify([error.message, error.stack, error.description, error.cause])).not.toContain(
    fake.token,
  );
  return error;
}

const lastMessage = () => fake.chat(annaId).at(-1);

beforeAll(async () => {
  await fake.start();
  client = clientWith();
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.clearFaults();
  annaId = fake.addPerson({ firstName: 'Анна', languageCode: 'ru' }).id;
  fake.sendText(annaId, '/start');
});

describe('messages', () => {
  it('are sent with markup and buttons, and edited in place', async () => {
    const { messageId } = await client.sendMessage(annaId, HELLO);
    expect(lastMessage()).toMatchObject({ messageId, html: '<b>Hello</b>', text: 'Hello' });
    expect(lastMessage()?.keyboard?.[0]?.[0]).toMatchObject({ text: 'Menu', callback_data: '1:menu' });
    expect(await client.editMessage(annaId, messageId, { text: 'Bye' })).toBe('edited');
    expect(lastMessage()).toMatchObject({ messageId, text: 'Bye', keyboard: null });
  });

  it('that are not modified count as shown', async () => {
    const { messageId } = await client.sendMessage(annaId, HELLO);
    expect(await client.editMessage(annaId, messageId, HELLO)).toBe('unchanged');
  });

  it('that are gone are said to be gone', async () => {
    expect(await client.editMessage(annaId, 99_999, HELLO)).toBe('gone');
    const video = await client.sendVideo(annaId, { filePath: VIDEO, ...SIZE }, { text: 'Ready' });
    expect(await client.editMessage(annaId, video.messageId, HELLO)).toBe('gone');
  });

  it('lose their buttons and keep their text', async () => {
    const { messageId } = await client.sendMessage(annaId, HELLO);
    expect(await client.removeKeyboard(annaId, messageId)).toBe('edited');
    expect(lastMessage()).toMatchObject({ text: 'Hello', keyboard: null });
    expect(await client.removeKeyboard(annaId, messageId)).toBe('unchanged');
  });

  it('that Telegram cannot parse are sent once more as plain text', async () => {
    await client.sendMessage(annaId, { text: '<b>5 &lt; 7</b> <nonsense>' });
    expect(lastMessage()).toMatchObject({ text: '5 < 7' });
    expect(fake.calls('sendMessage').slice(-2)).toHaveLength(2);
  });
});

describe('taps', () => {
  it('F-68 are answered with a note, and one that Telegram has forgotten is no failure', async () => {
    const { messageId } = await client.sendMessage(annaId, HELLO);
    const tap = fake.tap(annaId, messageId, 'Menu');
    await client.answerCallback(tap.id, { text: 'x'.repeat(300) });
    expect((await tap.answer()).text).toHaveLength(200);
    await expect(client.answerCallback('12345')).resolves.toBeUndefined();
  });
});

describe('the commands menu', () => {
  const menu = (description: string) => [{ command: 'menu', description }];
  const seenBy = (personId: number) => fake.commandsFor(personId)[0]?.description;

  it('is set for all, for a language, and for one chat whatever its language', async () => {
    const emmaId = fake.addPerson({ firstName: 'Emma', languageCode: 'en' }).id;
    await client.setMyCommands(menu('for all'));
    await client.setMyCommands(menu('для русских'), { languageCode: 'ru' });
    expect([seenBy(annaId), seenBy(emmaId)]).toEqual(['для русских', 'for all']);
    await client.setMyCommands(menu('for Anna'), { chatId: annaId });
    expect([seenBy(annaId), seenBy(emmaId)]).toEqual(['for Anna', 'for all']);
    await client.setMyCommands(menu('для Анны'), { chatId: annaId, languageCode: 'ru' });
    expect(seenBy(annaId)).toBe('для Анны');
  });

  it('of a chat that there is not is refused', async () => {
    const failure = await failureOf(client.setMyCommands(menu('for nobody'), { chatId: 1 }));
    expect(failure.meaning).toBe('chat_unknown');
  });
});

describe('failures', () => {
  it.each([
    ['the person blocked the bot', (id: number) => fake.block(id), 'blocked'],
    ['the account is deleted', (id: number) => fake.deactivate(id), 'blocked'],
  ] as const)('F-78 are told apart: %s', async (_what, happen, meaning) => {
    happen(annaId);
    expect(await failureOf(client.sendMessage(annaId, HELLO))).toMatchObject({ meaning, retryable: false });
  });

  it('of a stranger', async () => {
    const stranger = fake.addPerson({ firstName: 'Никто' });
    expect((await failureOf(client.sendMessage(stranger.id, HELLO))).meaning).toBe('chat_unknown');
  });

  it('by flood control carry the time to wait', async () => {
    fake.failNext('sendMessage', { status: 429, retryAfterS: 7 });
    expect(await failureOf(client.sendMessage(annaId, HELLO))).toMatchObject({
      meaning: 'rate_limited',
      retryAfterMs: 7000,
      code: 'TELEGRAM_RATE_LIMITED',
    });
  });

  it.each([
    ['a proxy page', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['an error after the message was stored', { status: 500, afterEffect: true }],
    ['a cut connection', { reset: true }],
    ['half an answer', { status: 200, body: '{"ok":true,"res', afterEffect: true }],
  ])('with an unknown outcome: %s', async (_what, fault) => {
    fake.failNext('sendMessage', fault);
    expect((await failureOf(client.sendMessage(annaId, HELLO))).meaning).toBe('outcome_unknown');
  });

  it('by our own time limit have an unknown outcome', async () => {
    fake.failNext('sendMessage', { hang: true });
    const hasty = clientWith({ TELEGRAM_TIMEOUT_MS: 50 });
    expect(await failureOf(hasty.sendMessage(annaId, HELLO))).toMatchObject({
      meaning: 'outcome_unknown',
      nuance: 'timeout',
    });
  });

  it('of a connection that was never made were not sent', async () => {
    const lost = clientWith({ TELEGRAM_API_ROOT: 'http://127.0.0.1:1' });
    expect((await failureOf(lost.sendMessage(annaId, HELLO))).meaning).toBe('not_sent');
    expect((await failureOf(lost.downloadFile('x', { bytesMax: 10 }))).meaning).toBe('not_sent');
  });

  it('of a wrong token', async () => {
    const token = '7000000001:AAWrongTokenWrongTokenWrongToken000';
    const wrong = clientWith({ BOT_TOKEN: token });
    const error = await failureOf(wrong.getMe());
    expect(error.meaning).toBe('unauthorized');
    expect(error.message).not.toContain(token);
  });
});

describe('videos', () => {
  it('are streamed from a file, with their size, and come again by their id', async () => {
    const first = await client.sendVideo(annaId, { filePath: VIDEO, ...SIZE }, HELLO);
    expect(lastMessage()).toMatchObject({
      messageId: first.messageId,
      kind: 'video',
      html: '<b>Hello</b>',
      media: { widthPx: 720, heightPx: 1280, durationS: 5, supportsStreaming: true },
    });
    expect(lastMessage()?.keyboard?.[0]?.[0]?.text).toBe('Menu');
    const stored = await fake.file(first.fileId ?? '');
    expect(stored.bytes.equals(await readFile(VIDEO))).toBe(true);
    const second = await client.sendVideo(annaId, { fileId: first.fileId ?? '' }, HELLO);
    expect(second.fileId).toBe(first.fileId);
    expect(lastMessage()).toMatchObject({
      messageId: second.messageId,
      kind: 'video',
      media: { widthPx: 720, heightPx: 1280, durationS: 5 },
    });
  });

  it('with a caption that cannot be parsed are sent again from the start of the file', async () => {
    const { fileId } = await client.sendVideo(annaId, { filePath: VIDEO, ...SIZE }, { text: '<b>oops' });
    expect(lastMessage()).toMatchObject({ kind: 'video', text: 'oops' });
    expect((await fake.file(fileId ?? '')).bytes.equals(await readFile(VIDEO))).toBe(true);
  });

  it('whose file is not there were not sent', async () => {
    const error = await failureOf(client.sendVideo(annaId, { filePath: '/nowhere/x.mp4', ...SIZE }, HELLO));
    expect(error).toMatchObject({ meaning: 'not_sent', retryable: true });
  });

  it('whose file fails while it is read were not sent, and nothing hangs', async () => {
    // A directory can be opened and cannot be read.
    const directory = await mkdtemp(join(tmpdir(), 'video-'));
    const error = await failureOf(client.sendVideo(annaId, { filePath: directory, ...SIZE }, HELLO));
    expect(error.meaning).toBe('not_sent');
    expect(fake.sentVideos(annaId)).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('are read from disk no faster than Telegram takes them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'video-'));
    const filePath = join(directory, 'large.mp4');
    await writeFile(filePath, Buffer.alloc(LARGE_BYTES));
    fake.slowUploads(LARGE_BYTES / 100);
    const before = process.memoryUsage().arrayBuffers;
    const sending = client.sendVideo(annaId, { filePath, ...SIZE }, HELLO, { timeoutMs: 1_000 });
    const failing = failureOf(sending);
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 10);
    expect((await failing).nuance).toBe('timeout');
    clearInterval(watch);
    fake.slowUploads(undefined);
    await rm(directory, { recursive: true });
    // What the system's own buffers take is neither here nor there.
    expect(most - before).toBeLessThan(LARGE_BYTES / 4);
  });

  it('end after their own time limit', async () => {
    fake.failNext('sendVideo', { hang: true });
    const sending = client.sendVideo(annaId, { filePath: VIDEO, ...SIZE }, HELLO, { timeoutMs: 100 });
    expect(await failureOf(sending)).toMatchObject({ meaning: 'outcome_unknown', nuance: 'timeout' });
  });
});

describe('downloads', () => {
  const sendPicture = async () => {
    const photo = await readFile(new URL('../../sandbox/assets/photos/mug.jpg', import.meta.url));
    await fake.sendPhoto(annaId, photo, { asFile: true });
    return { photo, fileId: lastMessage()?.media?.fileId ?? '' };
  };

  it('bring the bytes that were sent', async () => {
    const { photo, fileId } = await sendPicture();
    expect((await client.downloadFile(fileId, { bytesMax: 10_000_000 })).equals(photo)).toBe(true);
  });

  it('F-77 stop at the limit', async () => {
    const { fileId } = await sendPicture();
    expect((await failureOf(client.downloadFile(fileId, { bytesMax: 100 }))).meaning).toBe('too_large');
  });

  it('of an unknown file are refused', async () => {
    expect((await failureOf(client.downloadFile('AgACnothing', { bytesMax: 100 }))).meaning).toBe('refused');
  });

  it('that break are told by what may have happened', async () => {
    const { fileId } = await sendPicture();
    fake.failNext('download', { reset: true });
    expect((await failureOf(client.downloadFile(fileId, { bytesMax: 10_000_000 }))).retryable).toBe(true);
    fake.failNext('download', { status: 404 });
    expect(await failureOf(client.downloadFile(fileId, { bytesMax: 10_000_000 }))).toMatchObject({
      meaning: 'refused',
      nuance: 'file_unavailable',
    });
  });
});

describe('the API root', () => {
  it('may have a path', async () => {
    const { url, token } = fake;
    const seen: string[] = [];
    const stop = fake.onCall((call) => seen.push(call.url));
    const nested = clientWith({ TELEGRAM_API_ROOT: `${url}/nested` });
    await failureOf(nested.getMe());
    stop();
    expect(seen.some((seenUrl) => seenUrl.includes('/nested/bot'))).toBe(true);
    expect(seen.join()).not.toContain(token);
  });
});

describe('files', () => {
  it('that are no video come back without an id for a video where Telegram keeps them as such', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'video-'));
    const filePath = join(directory, 'note.mp4');
    await writeFile(filePath, 'this is no video');
    const { fileId } = await client.sendVideo(annaId, { filePath, ...SIZE }, HELLO);
    expect(fileId).toBe(lastMessage()?.media?.fileId);
    await rm(directory, { recursive: true });
  });
});
