import { access, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { VideoUnusableError } from '../../src/modules/jobs/jobs.errors.js';
import { VideoDownload } from '../../src/modules/jobs/video-download.js';
import { readVideoHeader } from '../../src/modules/jobs/video-header.js';
import type { Env } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';

const VIDEO = readAsset('video.mp4');
const TIMEOUT_MS = 400;

/** What the provider of the files answers, by path. */
const ANSWERS: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/ok': (response) => response.end(VIDEO),
  '/padded': (response) => response.end(Buffer.concat([VIDEO, Buffer.alloc(100)])),
  // As programs write it that do not look back.
  '/header-last': (response) => response.end(headerLast(VIDEO)),
  '/cut': (response) => response.end(VIDEO.subarray(0, VIDEO.length / 2)),
  '/header-only': (response) => response.end(VIDEO.subarray(0, 5_000)),
  '/broken': (response) => {
    response.writeHead(200, { 'content-length': VIDEO.length });
    response.write(VIDEO.subarray(0, VIDEO.length / 2), () => response.destroy());
  },
  '/page': (response) => response.end('<!doctype html><html><body>Just a moment...</body></html>'),
  '/photo': (response) => response.end(readAsset('photos/mug.jpg')),
  '/nothing': (response) => response.end(),
  '/noise': (response) => response.end(Buffer.from('0000001866747970'.repeat(500), 'hex')),
  '/gone': (response) => response.writeHead(404).end(),
  '/announced': (response) =>
    response.writeHead(200, { 'content-length': VIDEO.length * 3 }).end(Buffer.alloc(VIDEO.length * 3)),
  '/unannounced': (response) => {
    for (let i = 0; i < 3; i++) response.write(VIDEO);
    response.end();
  },
  '/silent': () => undefined,
  '/slow': (response) => {
    response.writeHead(200, { 'content-length': VIDEO.length });
    response.write(VIDEO.subarray(0, 1_000));
  },
  '/redirect': (response, request) => {
    const to = new URL(request.url ?? '', 'http://x').searchParams.get('to') ?? '';
    response.writeHead(302, { location: to }).end();
  },
};

/** The same MP4 with its header at the end. */
function headerLast(video: Buffer): Buffer {
  const boxes: Buffer[] = [];
  for (let at = 0; at < video.length; at += video.readUInt32BE(at)) {
    boxes.push(video.subarray(at, at + video.readUInt32BE(at)));
  }
  const isHeader = (box: Buffer) => box.toString('latin1', 4, 8) === 'moov';
  return Buffer.concat([...boxes.filter((box) => !isHeader(box)), ...boxes.filter(isHeader)]);
}

describe('a finished video comes to our disk', () => {
  let files: Server;
  let origin: string;
  let inside: TcpServer;
  let insidePort: number;
  let knocks: number;
  let downloads: VideoDownload;
  let foldersBefore: Set<string>;

  beforeAll(async () => {
    files = createServer((request, response) => {
      ANSWERS[request.url?.split('?')[0] ?? '']?.(response, request);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    // Something in our own network that no link may reach.
    inside = createTcpServer((socket) => {
      knocks += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(0, resolve));
    insidePort = (inside.address() as AddressInfo).port;
    downloads = new VideoDownload({
      DOWNLOAD_TIMEOUT_MS: TIMEOUT_MS,
      DOWNLOAD_ALLOWED_ORIGINS: [origin],
      VIDEO_BYTES_MAX: VIDEO.length * 2,
    } as unknown as Env);
  });

  beforeEach(async () => {
    knocks = 0;
    foldersBefore = new Set(await folders());
  });

  // Specs that run beside this one have folders of their own, which go as quickly.
  afterEach(async () => {
    const made = (await folders()).filter((folder) => !foldersBefore.has(folder));
    await waitFor(async () => (await folders()).every((folder) => !made.includes(folder)), {
      what: `${made.length} temporary folder(s) to be removed`,
    });
  });

  afterAll(() => {
    files.closeAllConnections();
    files.close();
    inside.close();
  });

  const folders = async () =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('neurocards-video-'));
  const refusal = async (url: string): Promise<VideoUnusableError> => {
    const error: unknown = await downloads
      .withVideo(url, () => Promise.resolve('used'))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(VideoUnusableError);
    return error as VideoUnusableError;
  };

  it.each(['/ok', '/padded', '/header-last'])(
    'with its sizes, and leaves again when it was used (%s)',
    async (path) => {
      const used = await downloads.withVideo(`${origin}${path}`, async (video) => {
        await access(video.path);
        return video;
      });
      expect(used).toMatchObject({ widthPx: 480, heightPx: 854 });
      expect(used.durationS).toBeGreaterThan(0);
      await expect(access(used.path)).rejects.toThrow();
    },
  );

  it('leaves when its use fails, with the error of that', async () => {
    const using = downloads.withVideo(`${origin}/ok`, () => Promise.reject(new Error('no use')));
    await expect(using).rejects.toThrow('no use');
  });

  it.each([
    ['/cut', 'cut off'],
    ['/header-only', 'cut off'],
    ['/broken', 'could not be downloaded'],
    ['/page', 'not a playable MP4'],
    ['/photo', 'not a playable MP4'],
    ['/nothing', 'not a playable MP4'],
    ['/noise', 'not a playable MP4'],
    ['/gone', '404'],
  ])('F-62 refuses %s, and another try may do better', async (path, message) => {
    const error = await refusal(`${origin}${path}`);
    expect([error.message, error.again]).toEqual([expect.stringContaining(message), true]);
  });

  it.each(['/announced', '/unannounced'])(
    'F-77 refuses more bytes than allowed, for good (%s)',
    async (path) => {
      const error = await refusal(`${origin}${path}`);
      expect([error.message, error.again]).toEqual([
        `The video has more than ${VIDEO.length * 2} bytes`,
        false,
      ]);
    },
  );

  it('reads no header into memory that is no header of a video', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'header-'));
    const file = await open(join(folder, 'video.mp4'), 'w+');
    const headerBytes = 9 * 1024 * 1024;
    const box = Buffer.alloc(8);
    box.writeUInt32BE(headerBytes, 0);
    box.write('moov', 4, 'latin1');
    await file.write(box);
    await file.truncate(headerBytes);
    await expect(readVideoHeader(file)).rejects.toMatchObject({ again: false });
    await file.close();
    await rm(folder, { recursive: true });
  });

  it.each(['/silent', '/slow'])('ends with its time limit (%s)', async (path) => {
    const startedAtMs = performance.now();
    await refusal(`${origin}${path}`);
    expect(performance.now() - startedAtMs).toBeLessThan(TIMEOUT_MS * 3);
  });

  // F-34: a link of the provider's is somebody else's text.
  it.each([
    'http://files.example.com/video.mp4',
    'ftp://files.example.com/video.mp4',
    'file:///etc/passwd',
    'data:video/mp4;base64,AAAA',
  ])('F-34 follows no link that is not https (%s)', async (url) => {
    expect((await refusal(url)).again).toBe(false);
  });

  it.each(['', 'video.mp4', 'https://'])('refuses what is no link: "%s"', async (url) => {
    await refusal(url);
  });

  it.each([
    'localhost',
    '127.0.0.1',
    '2130706433',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '[fd00::1]',
  ])('F-34 knocks at no address of our own network (%s)', async (host) => {
    await refusal(`https://${host}:${insidePort}/video.mp4`);
    expect(knocks).toBe(0);
  });

  it('F-34 follows no redirect to http or into our own network, and no endless one', async () => {
    const redirect = (to: string) => refusal(`${origin}/redirect?to=${encodeURIComponent(to)}`);
    expect((await redirect(`http://127.0.0.1:${insidePort}/`)).message).toContain('https');
    await redirect(`https://localhost:${insidePort}/`);
    await redirect(`/redirect?to=${encodeURIComponent('/redirect')}`);
    expect(knocks).toBe(0);
    const followed = `${origin}/redirect?to=${encodeURIComponent('/ok')}`;
    expect(await downloads.withVideo(followed, ({ bytes }) => Promise.resolve(bytes))).toBe(VIDEO.length);
  });
});
