import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { Telegram } from 'telegraf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import type { RecordedCall } from '../../sandbox/fake-server.js';

const VIDEO = 'sandbox/assets/video.mp4';

describe('the fake Telegram with the real Telegraf client', () => {
  const telegram = new FakeTelegram();
  let client: Telegram;

  beforeAll(async () => {
    await telegram.start();
    client = new Telegram(telegram.token, { apiRoot: telegram.url });
  });
  afterAll(() => telegram.stop());

  function anna(): number {
    const { id } = telegram.addPerson({ firstName: 'Анна', username: 'anna', languageCode: 'ru' });
    telegram.sendText(id, '/start');
    return id;
  }

  it('streams a video to a chat, keeps its bytes and facts, and sends it again by its file id', async () => {
    const personId = anna();
    const sent = await client.sendVideo(
      personId,
      { source: createReadStream(VIDEO), filename: 'neurocard.mp4' },
      {
        width: 720,
        height: 1280,
        duration: 8,
        supports_streaming: true,
        caption: 'Ваше <b>видео</b>',
        parse_mode: 'HTML',
        reply_markup: { inline_keyboard: [[{ text: 'Ещё', callback_data: 'again' }]] },
      },
    );
    const { size } = await stat(VIDEO);
    expect(sent.video).toMatchObject({
      width: 720,
      height: 1280,
      duration: 8,
      mime_type: 'video/mp4',
      file_name: 'neurocard.mp4',
      file_size: size,
    });
    expect(sent).toMatchObject({
      caption: 'Ваше видео',
      caption_entities: [{ type: 'bold', offset: 5, length: 5 }],
    });
    const again = await client.sendVideo(personId, sent.video.file_id);
    expect(again.video.file_unique_id).toBe(sent.video.file_unique_id);

    const [first, second] = telegram.sentVideos(personId);
    expect(first).toMatchObject({
      html: 'Ваше <b>видео</b>',
      keyboard: [[{ text: 'Ещё', callback_data: 'again' }]],
      media: { widthPx: 720, heightPx: 1280, durationS: 8, supportsStreaming: true, bytes: size },
    });
    expect((await telegram.file(second?.media?.fileId ?? '')).bytes).toHaveLength(size);
  });

  it('gives a photo in ascending sizes that can be downloaded through getFile', async () => {
    const personId = anna();
    const picture = await sharp({ create: { width: 2000, height: 1500, channels: 3, background: '#c84' } })
      .png()
      .toBuffer();
    await telegram.sendPhoto(personId, picture, { caption: 'Кружка' });
    const updates = await client.callApi('getUpdates', { offset: -1 });
    const message = (
      updates[0] as unknown as {
        message: { photo: { file_id: string; width: number; height: number }[]; caption: string };
      }
    ).message;
    expect(message.caption).toBe('Кружка');
    expect(message.photo.map(({ width, height }) => [width, height])).toEqual([
      [90, 68],
      [320, 240],
      [800, 600],
      [1280, 960],
    ]);
    const link = await client.getFileLink(message.photo.at(-1)?.file_id ?? '');
    const answer = await fetch(link);
    const { format, width } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect({ format, width }).toEqual({ format: 'jpeg', width: 1280 });
  });

  it('edits, answers a tap, and hides the token in recorded calls', async () => {
    const personId = anna();
    const recorded: RecordedCall[] = [];
    const stop = telegram.onCall((call) => recorded.push(call));
    const { message_id: messageId } = await client.sendMessage(personId, 'Меню', {
      reply_markup: { inline_keyboard: [[{ text: 'Баланс', callback_data: 'balance' }]] },
    });
    const tap = telegram.tap(personId, messageId, 'Баланс');
    await client.answerCbQuery(tap.id, 'Сейчас');
    await client.editMessageText(personId, messageId, undefined, 'Баланс: 2');
    stop();
    expect(await tap.answer()).toMatchObject({ text: 'Сейчас', showAlert: false });
    expect(telegram.chat(personId).at(-1)).toMatchObject({ text: 'Баланс: 2', keyboard: null, edits: 1 });
    expect(recorded.map(({ url }) => url)).toEqual([
      `${telegram.url}/bot<token>/sendMessage`,
      `${telegram.url}/bot<token>/answerCallbackQuery`,
      `${telegram.url}/bot<token>/editMessageText`,
    ]);
    expect(JSON.stringify(recorded)).not.toContain(telegram.token);
  });
});
