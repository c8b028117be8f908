import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeKie, type ResultMode } from '../../sandbox/kie/index.js';
import { eventually, grokTask, kieApi } from './fake-kie.support.js';

const kie = new FakeKie({ clock: new SandboxClock(1000) });
const api = kieApi(() => kie.url);
const photo = readAsset('photos/mug.jpg');
const video = readAsset('videos/mug.mp4');
let elsewhere: Server;
let elsewhereUrl = '';

beforeAll(async () => {
  await kie.start();
  elsewhere = createServer((request, response) => {
    if (request.url !== '/photo.jpg') response.statusCode = 404;
    response.end(request.url === '/photo.jpg' ? photo : 'nothing');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await kie.stop();
  elsewhere.close();
});
beforeEach(() => kie.reset());

describe('an upload', () => {
  it('by stream is kept under its name and can be fetched', async () => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'mine.jpg');
    form.set('uploadPath', '/neurocards/photos/');
    form.set('fileName', 'a b.jpg');
    const { status, body } = await api.call('/api/file-stream-upload', { method: 'POST', body: form });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      code: 200,
      msg: 'File uploaded successfully',
      data: {
        fileName: 'a b.jpg',
        filePath: 'neurocards/photos/a b.jpg',
        downloadUrl: `${kie.url}/files/sandbox/neurocards/photos/a%20b.jpg`,
        fileSize: photo.length,
        mimeType: 'image/jpeg',
      },
    });
    const file = await fetch((body.data as { downloadUrl: string }).downloadUrl);
    expect(file.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await file.arrayBuffer()).equals(photo)).toBe(true);
    expect(kie.uploads()).toMatchObject([{ source: 'stream', overwrites: 0, account: 'sandbox' }]);
  });

  it('may be base64, plain or as a data URL, and must be whole', async () => {
    const base64Data = photo.toString('base64');
    const upload = (data: unknown) =>
      api.post('/api/file-base64-upload', { base64Data: data, uploadPath: 'a', fileName: 'b.jpg' });
    expect((await upload(base64Data)).body.code).toBe(200);
    expect((await upload(`data:image/jpeg;base64,${base64Data}`)).body).toMatchObject({
      data: { fileSize: photo.length },
    });
    expect((await upload(`${base64Data}!`)).body).toMatchObject({
      code: 500,
      msg: expect.stringContaining('Base64 decoding failed') as string,
    });
    expect((await upload(undefined)).body.code).toBe(400);
  });

  it('may be a link that KIE can fetch', async () => {
    const upload = (fileUrl: string) => api.post('/api/file-url-upload', { fileUrl, uploadPath: 'a' });
    expect((await upload(`${elsewhereUrl}/photo.jpg`)).body).toMatchObject({
      code: 200,
      data: { fileName: 'photo.jpg', fileSize: photo.length },
    });
    expect((await upload(`${elsewhereUrl}/gone.jpg`)).body.code).toBe(500);
    expect((await upload('photo.jpg')).body.code).toBe(400);
  });

  it('needs a file and a folder, and POST', async () => {
    const form = new FormData();
    form.set('uploadPath', 'a');
    expect((await api.call('/api/file-stream-upload', { method: 'POST', body: form })).body).toMatchObject({
      success: false,
      code: 400,
    });
    expect((await api.post('/api/file-base64-upload', { base64Data: 'AAAA' })).body.code).toBe(400);
    expect((await api.post('/api/file-stream-upload', {})).body.code).toBe(400);
    expect((await api.get('/api/file-stream-upload')).body.code).toBe(405);
  });

  it('of the same name overwrites, while the cache shows the old bytes for a minute', async () => {
    const first = await api.uploadPhoto(photo, 'same.jpg');
    const other = readAsset('photos/lamp.jpg');
    expect(await api.uploadPhoto(other, 'same.jpg')).toBe(first);
    expect(kie.uploads()).toMatchObject([{ overwrites: 1, sizeBytes: other.length }]);
    const bytes = async () => Buffer.from(await (await fetch(first)).arrayBuffer()).length;
    await eventually(bytes).toBe(other.length);
  });

  it('dies after 24 true hours', async () => {
    const fast = await new FakeKie({ clock: new SandboxClock(1_000_000) }).start();
    try {
      const url = await kieApi(() => fast.url).uploadPhoto();
      expect((await fetch(url)).status).toBe(200);
      await eventually(async () => (await fetch(url)).status).toBe(404);
    } finally {
      await fast.stop();
    }
  });

  it('is not the only source of photos: any link that can be fetched is good', async () => {
    kie.nextTask({ durationTrueMs: 0 });
    await api.create(grokTask(`${elsewhereUrl}/photo.jpg`));
    await eventually(() => kie.tasks()[0]?.outcome).toBe('success');
  });
});

/** A finished task's link. */
async function resultUrl(result: ResultMode = 'ok', server = kie): Promise<string> {
  const here = kieApi(() => server.url);
  server.nextTask({ durationTrueMs: 0, result });
  await here.create(grokTask(await here.uploadPhoto()));
  await eventually(() => server.tasks()[0]?.outcome).toBe('success');
  return server.tasks()[0]?.resultUrls[0] ?? '';
}

async function download(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    bytes,
  };
}

describe('a result', () => {
  it('is the video, whole or in ranges', async () => {
    const url = await resultUrl();
    const whole = await download(url);
    expect([whole.status, whole.type]).toEqual([200, 'video/mp4']);
    expect(whole.bytes.equals(video)).toBe(true);
    const part = await download(url, { Range: 'bytes=4-7' });
    expect([part.status, part.bytes.toString()]).toEqual([206, 'ftyp']);
    expect(part.headers.get('content-range')).toBe(`bytes 4-7/${video.length}`);
    expect((await download(url, { Range: 'bytes=-4' })).bytes.equals(video.subarray(-4))).toBe(true);
    expect((await download(url, { Range: `bytes=${video.length}-` })).status).toBe(416);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(video.length));
  });

  it.each<[ResultMode, number, string]>([
    ['expired_403', 403, 'application/xml'],
    ['expired_404', 404, 'application/xml'],
    ['deleted', 404, 'application/xml'],
    ['html', 200, 'text/html; charset=utf-8'],
    ['wrong_type', 200, 'image/jpeg'],
    ['octet_stream', 200, 'application/octet-stream'],
    ['not_video', 200, 'video/mp4'],
    ['cut', 200, 'video/mp4'],
  ])('may be %s: HTTP %d, %s', async (mode, status, type) => {
    const file = await download(await resultUrl(mode));
    expect([file.status, file.type]).toEqual([status, type]);
    const isVideo = file.bytes.equals(video);
    expect(isVideo).toBe(mode === 'octet_stream');
  });

  it('may break off half way', async () => {
    await expect(download(await resultUrl('truncated'))).rejects.toThrow();
  });

  it.each<[ResultMode, string | null]>([
    ['too_big', String(60 * 1024 * 1024)],
    ['too_big_unannounced', null],
  ])('may be %s', async (mode, announced) => {
    const response = await fetch(await resultUrl(mode));
    expect(response.headers.get('content-length')).toBe(announced);
    let sizeBytes = 0;
    for await (const piece of response.body ?? []) sizeBytes += (piece as Uint8Array).length;
    expect(sizeBytes).toBe(60 * 1024 * 1024);
  });

  it('may be slow, and is whole in the end', async () => {
    const startedAt = performance.now();
    const file = await download(await resultUrl('slow'));
    expect(file.bytes.equals(video)).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(50);
  });

  it('may fail once and then come', async () => {
    const url = await resultUrl();
    kie.failNext('result', { kind: 'http', status: 503 });
    kie.failNext('result', { kind: 'reset' });
    expect((await download(url)).status).toBe(503);
    await expect(download(url)).rejects.toThrow();
    expect((await download(url)).bytes.equals(video)).toBe(true);
  });

  it('has a link that dies after 24 true hours, while a fresh one lives', async () => {
    const fast = await new FakeKie({ clock: new SandboxClock(500_000) }).start();
    try {
      const url = await resultUrl('ok', fast);
      await eventually(async () => (await fetch(url)).status).toBe(403);
      const { body } = await kieApi(() => fast.url).post('/api/v1/common/download-url', { url });
      expect(body.code).toBe(200);
      expect(body.data).toContain(`${url}?token=`);
    } finally {
      await fast.stop();
    }
  });

  it('gets a fresh link from download-url unless it is foreign or deleted', async () => {
    const url = await resultUrl('expired_404');
    const fresh = await api.post('/api/v1/common/download-url', { url });
    expect((await download(fresh.body.data as string)).bytes.equals(video)).toBe(true);
    expect(
      (await api.post('/api/v1/common/download-url', { url: `${elsewhereUrl}/photo.jpg` })).body.code,
    ).toBe(422);
    kie.reset();
    const deleted = await resultUrl('deleted');
    expect((await api.post('/api/v1/common/download-url', { url: deleted })).body.code).toBe(422);
  });

  it('does not exist for a task that has not succeeded', async () => {
    expect((await download(`${kie.url}/results/nothing.mp4`)).status).toBe(404);
  });
});
