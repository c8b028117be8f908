import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import http from 'node:http';
import { Readable } from 'node:stream';
import FormData from 'form-data';
import sharp from 'sharp';
import { Telegram } from 'telegraf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { waitFor } from '../support/wait-for.js';
import { callApi, resultOf, startedPerson, type Envelope } from './fake-telegram-api.js';

const VIDEO = 'sandbox/assets/video.mp4';
const MIB = 1024 * 1024;

interface Media {
  message_id: number;
  media_group_id?: string;
  video?: { file_id: string; file_unique_id: string };
  document?: { mime_type: string };
  photo?: { file_id: string; width: number; height: number }[];
}

/** An MP4's head and then nothing, as many bytes as wanted, never held in memory. */
function bigVideo(bytes: number): Readable {
  const head = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom0000')]);
  const piece = Buffer.alloc(MIB);
  return Readable.from(
    (function* () {
      yield head;
      for (let left = bytes - head.length; left > 0; left -= MIB)
        yield piece.subarray(0, Math.min(left, MIB));
    })(),
  );
}

describe('media in the fake Telegram', () => {
  const telegram = new FakeTelegram();
  let client: Telegram;
  let anna = 0;
  let photo: Buffer;

  beforeAll(async () => {
    await telegram.start();
    client = new Telegram(telegram.token, { apiRoot: telegram.url });
    anna = startedPerson(telegram);
    photo = await sharp({ create: { width: 400, height: 600, channels: 3, background: '#48c' } })
      .jpeg()
      .toBuffer();
  });
  afterAll(() => telegram.stop());

  async function upload(
    method: string,
    fields: Record<string, string | Buffer | Readable>,
  ): Promise<Envelope & { status: number }> {
    const form = new FormData();
    form.append('chat_id', String(anna));
    for (const [name, value] of Object.entries(fields)) {
      form.append(name, value, typeof value === 'string' ? undefined : { filename: `${name}.bin` });
    }
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = http.request(`${telegram.url}/bot${telegram.token}/${method}`, {
        method: 'POST',
        headers: form.getHeaders(),
      });
      request.on('response', resolve);
      request.on('error', reject);
      form.pipe(request);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    return { status: answer.statusCode ?? 0, ...(JSON.parse(Buffer.concat(chunks).toString()) as Envelope) };
  }

  it('takes 50 MB and refuses more with 413, after reading it all', async () => {
    const fits = await upload('sendVideo', { video: bigVideo(50 * MIB) });
    expect(fits.status).toBe(200);
    const tooBig = await upload('sendVideo', { video: bigVideo(50 * MIB + 1) });
    expect(tooBig).toEqual({
      status: 413,
      ok: false,
      error_code: 413,
      description: 'Request Entity Too Large',
    });
    expect(telegram.sentVideos(anna)).toHaveLength(1);
  });

  it('refuses to download more than 20 MB', async () => {
    const [sent] = telegram.sentVideos(anna);
    const answer = await callApi(telegram, 'getFile', { file_id: sent?.media?.fileId });
    expect(answer.description).toBe('Bad Request: file is too big');
  });

  it('keeps what is no MP4 as a document', async () => {
    const { result } = await upload('sendVideo', { video: Buffer.from('not a video at all') });
    expect(result as Media).toMatchObject({ document: { mime_type: 'application/octet-stream' } });
    expect((result as Media).video).toBeUndefined();
  });

  it('refuses an empty video, and a photo that is none', async () => {
    expect((await upload('sendVideo', { video: Buffer.alloc(0) })).description).toBe(
      'Bad Request: file must be non-empty',
    );
    expect((await upload('sendPhoto', { photo: Buffer.from('no') })).description).toBe(
      'Bad Request: IMAGE_PROCESS_FAILED',
    );
    const thin = await sharp({ create: { width: 2100, height: 100, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect((await upload('sendPhoto', { photo: thin })).description).toBe(
      'Bad Request: PHOTO_INVALID_DIMENSIONS',
    );
    const big = await upload('sendPhoto', { photo: Buffer.alloc(10 * MIB + 1) });
    expect(big.description).toMatch(/^Bad Request: file of size 10485761 bytes is too big for a photo/);
  });

  it('sends a photo by upload, by file id and by URL, but not a video as one', async () => {
    const { result } = await upload('sendPhoto', { photo, caption: 'Кружка' });
    const sizes = (result as Media).photo ?? [];
    expect(sizes.map(({ width, height }) => `${width}x${height}`)).toEqual(['60x90', '213x320', '400x600']);
    const again = await resultOf<Media>(telegram, 'sendPhoto', { chat_id: anna, photo: sizes[0]?.file_id });
    expect(again.photo?.map(({ file_id: id }) => id)).toEqual(sizes.map(({ file_id: id }) => id));
    const video = await client.sendVideo(anna, { source: createReadStream(VIDEO) });
    const wrong = await callApi(telegram, 'sendPhoto', { chat_id: anna, photo: video.video.file_id });
    expect(wrong.description).toBe("Bad Request: can't use file of type Video as Photo");
  });

  it.each<[path: string, outcome: string]>([
    ['/photo.jpg', 'sent'],
    ['/page.html', 'Bad Request: wrong type of the web page content'],
    ['/missing.jpg', 'Bad Request: failed to get HTTP URL content'],
  ])('fetches %s by URL', async (path, outcome) => {
    const server = http.createServer((request, response) => {
      const found = request.url !== '/missing.jpg';
      response.writeHead(found ? 200 : 404, {
        'content-type': request.url === '/page.html' ? 'text/html' : 'image/jpeg',
      });
      response.end(photo);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const answer = await callApi(telegram, 'sendPhoto', {
      chat_id: anna,
      photo: `http://127.0.0.1:${port}${path}`,
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(answer.ok ? 'sent' : answer.description).toBe(outcome);
  });

  it('sends an album with attached files as messages of one group', async () => {
    const sent = await client.sendMediaGroup(anna, [
      { type: 'photo', media: { source: photo }, caption: 'раз' },
      { type: 'video', media: { source: createReadStream(VIDEO) }, width: 720, height: 1280 },
    ]);
    expect(sent).toHaveLength(2);
    const album = telegram.chat(anna).slice(-2);
    expect(album.map(({ kind, text }) => [kind, text])).toEqual([
      ['photo', 'раз'],
      ['video', ''],
    ]);
    expect(album[0]?.mediaGroupId).toMatch(/^\d+$/);
    expect(album[1]?.mediaGroupId).toBe(album[0]?.mediaGroupId);
  });

  it('edits a caption, then the media itself', async () => {
    const { message_id: messageId } = await client.sendVideo(
      anna,
      { source: createReadStream(VIDEO) },
      { caption: 'a' },
    );
    await client.editMessageCaption(anna, messageId, undefined, 'b');
    expect(telegram.chat(anna).at(-1)).toMatchObject({ kind: 'video', text: 'b', edits: 1 });
    await client.editMessageMedia(anna, messageId, undefined, {
      type: 'photo',
      media: { source: photo },
      caption: 'c',
    });
    expect(telegram.chat(anna).at(-1)).toMatchObject({ kind: 'photo', text: 'c', edits: 2 });
    const text = await callApi(telegram, 'editMessageText', {
      chat_id: anna,
      message_id: messageId,
      text: 'd',
    });
    expect(text.description).toBe('Bad Request: there is no text in the message to edit');
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const before = telegram.chat(anna).length;
    const broken = new AbortController();
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const head = `--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n${anna}\r\n--x\r\n`;
        controller.enqueue(
          Buffer.from(`${head}Content-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n`),
        );
        controller.enqueue(Buffer.alloc(MIB));
      },
    });
    const sending = fetch(`${telegram.url}/bot${telegram.token}/sendVideo`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: endless,
      duplex: 'half',
      signal: broken.signal,
    });
    await callApi(telegram, 'getMe');
    broken.abort();
    await expect(sending).rejects.toThrow('aborted');
    await callApi(telegram, 'getMe');
    expect(telegram.chat(anna)).toHaveLength(before);
  });

  it('drops the oldest bytes above its limit, but still knows the file', async () => {
    const small = new FakeTelegram({ fileBytesMax: 50 });
    await small.start();
    const person = startedPerson(small);
    await small.sendPhoto(person, Buffer.alloc(40), { asFile: true });
    await small.sendPhoto(person, Buffer.alloc(40), { asFile: true });
    const [, first, second] = small.chat(person).map(({ media }) => media?.fileId ?? '');
    expect((await callApi(small, 'getFile', { file_id: first })).description).toBe(
      'Bad Request: wrong file_id or the file is temporarily unavailable',
    );
    expect((await small.file(second ?? '')).bytes).toHaveLength(40);
    await small.stop();
  });

  it('serves only paths that getFile named, and no wrong token', async () => {
    const original = await readFile(VIDEO);
    await telegram.sendPhoto(anna, original, { asFile: true, mimeType: 'video/mp4', fileName: 'a.mp4' });
    const media = telegram.chat(anna).at(-1)?.media;
    expect(media).toMatchObject({
      kind: 'document',
      mimeType: 'video/mp4',
      fileName: 'a.mp4',
      bytes: (await stat(VIDEO)).size,
    });
    const guess = await fetch(`${telegram.url}/file/bot${telegram.token}/documents/file_1.mp4`);
    expect(guess.status).toBe(404);
    const { file_path: path } = await resultOf<{ file_path: string }>(telegram, 'getFile', {
      file_id: media?.fileId,
    });
    expect(path).toMatch(/^documents\/file_\d+\.mp4$/);
    expect((await fetch(`${telegram.url}/file/bot1:AAwrong/${path}`)).status).toBe(404);
    const right = await fetch(`${telegram.url}/file/bot${telegram.token}/${path}`);
    expect(Buffer.from(await right.arrayBuffer()).equals(original)).toBe(true);
  });

  it('shows a chat action to the person', async () => {
    const actions: string[] = [];
    const stop = telegram.onEvent((event) => {
      if (event.type === 'chat_action') actions.push(event.action);
    });
    await client.sendChatAction(anna, 'upload_video');
    await waitFor(() => actions.length > 0, { what: 'the action' });
    stop();
    expect(actions).toEqual(['upload_video']);
  });
});
