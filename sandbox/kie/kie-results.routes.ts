import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAsset } from '../assets/index.js';
import type { SandboxClock } from '../clock.js';
import type { KieFiles } from './kie-files.js';
import { KieVideos } from './kie-videos.js';
import type { KieTask, KieTasks } from './kie-tasks.js';
import { breakConnection, pause } from '../fault-queue.js';
import type { Exchange, KieWire } from './kie-wire.js';

/** Result links die after 24 h, the video itself after 14 days, a link from download-url after 20 min. https://kie.ai/getting-started */
const LINK_LIFE_TRUE_MS = 24 * 3_600_000;
const MEDIA_LIFE_TRUE_MS = 14 * 24 * 3_600_000;
const DIRECT_LIFE_TRUE_MS = 20 * 60_000;
const SLOW_TRUE_MS = 60_000;
const SLOW_PIECES = 20;
const BOX_HEADER_BYTES = 8;
const TOO_BIG_BYTES = 60 * 1024 * 1024;
/** Where a lying result leads: the address of cloud metadata, and a host without TLS. */
const STRANGE_BASES: Readonly<Record<string, string>> = {
  private_address: 'https://169.254.169.254',
  plain_http: 'http://tempfile.example',
};
const PAGE =
  '<!doctype html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>';

/** The links to finished videos. */
export class KieResults {
  private readonly directs = new Map<string, { path: string; madeAtMs: number }>();
  private readonly videos: KieVideos;
  private readonly photo = readAsset('photos/mug.jpg');

  constructor(
    private readonly parts: { clock: SandboxClock; tasks: KieTasks; files: KieFiles; wire: KieWire },
    private readonly baseUrl: () => string,
  ) {
    this.videos = new KieVideos(parts.files);
  }

  /** The link of a task's video, or one that nobody should follow. */
  urlOf(task: KieTask): string {
    const base = STRANGE_BASES[task.result as string] ?? this.baseUrl();
    return `${base}/results/${task.id}.mp4`;
  }

  /** A fresh link for one of KIE's own, valid for 20 true minutes; null for a foreign or deleted one. */
  directUrl(url: unknown): string | null {
    const task = typeof url === 'string' ? this.taskOf(url.replace(this.baseUrl(), '')) : null;
    if (!task || typeof url !== 'string' || !url.startsWith(`${this.baseUrl()}/results/`)) return null;
    if (task.result === 'deleted' || this.ageTrueMs(task) > MEDIA_LIFE_TRUE_MS) return null;
    const token = randomBytes(12).toString('hex');
    this.directs.set(token, { path: `/results/${task.id}.mp4`, madeAtMs: Date.now() });
    return `${this.urlOf(task)}?token=${token}`;
  }

  /** Adds `GET` and `HEAD /results/<file>.mp4`. */
  routes(app: FastifyInstance): void {
    app.get('/results/:file', async (request, reply) => {
      const exchange = { request, reply };
      if (await this.parts.wire.intercept('result', exchange)) return reply;
      return this.serve(exchange);
    });
  }

  private taskOf(path: string): KieTask | null {
    const id = /^\/results\/(\w+)\.mp4/.exec(path)?.[1];
    const task = id === undefined ? null : this.parts.tasks.find(id);
    return task?.outcome === 'success' ? task : null;
  }

  private ageTrueMs(task: KieTask): number {
    return this.parts.clock.trueMsBetween(task.finishedAtMs ?? Date.now(), Date.now());
  }

  private hasLiveToken(request: FastifyRequest): boolean {
    const token = (request.query as { token?: string }).token ?? '';
    const direct = this.directs.get(token);
    return (
      direct !== undefined &&
      request.url.startsWith(direct.path) &&
      this.parts.clock.trueMsBetween(direct.madeAtMs, Date.now()) <= DIRECT_LIFE_TRUE_MS
    );
  }

  private async serve(exchange: Exchange): Promise<FastifyReply> {
    const task = this.taskOf(exchange.request.url);
    if (!task || task.result === 'deleted') return refuse(exchange.reply, 404);
    if (!this.hasLiveToken(exchange.request)) {
      if (task.result === 'expired_404') return refuse(exchange.reply, 404);
      if (task.result === 'expired_403' || this.ageTrueMs(task) > LINK_LIFE_TRUE_MS)
        return refuse(exchange.reply, 403);
    }
    return this.play(task, await this.videos.of(task), exchange);
  }

  private play(task: KieTask, video: Buffer, exchange: Exchange): FastifyReply {
    const { reply, request } = exchange;
    if (typeof task.result === 'object') {
      const { paddedToBytes } = task.result;
      return reply
        .type('video/mp4')
        .header('Content-Length', paddedToBytes)
        .send(padded(video, paddedToBytes));
    }
    switch (task.result) {
      case 'html':
        return reply.type('text/html; charset=utf-8').send(PAGE);
      case 'not_video':
        return reply.type('video/mp4').send(PAGE);
      case 'wrong_type':
        return reply.type('image/jpeg').send(this.photo);
      case 'octet_stream':
        return sendRange(exchange, video, 'application/octet-stream');
      case 'cut':
        return reply.type('video/mp4').send(video.subarray(0, video.length / 2));
      case 'truncated':
        return sendBroken(exchange, video);
      case 'too_big':
        return reply
          .type('video/mp4')
          .header('Content-Length', TOO_BIG_BYTES)
          .send(padded(video, TOO_BIG_BYTES));
      case 'too_big_unannounced':
        return reply.type('video/mp4').send(padded(video, TOO_BIG_BYTES));
      case 'slow':
        return reply.type('video/mp4').header('Content-Length', video.length).send(this.slowVideo(video));
      default:
        return request.method === 'HEAD'
          ? reply.type('video/mp4').header('Accept-Ranges', 'bytes').send(video)
          : sendRange(exchange, video, 'video/mp4');
    }
  }

  private slowVideo(video: Buffer): Readable {
    const { clock } = this.parts;
    const size = Math.ceil(video.length / SLOW_PIECES);
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < video.length; at += size) {
        yield video.subarray(at, at + size);
        await pause(clock.realMs(SLOW_TRUE_MS / SLOW_PIECES));
      }
    }
    return Readable.from(pieces());
  }
}

function sendBroken({ request, reply }: Exchange, video: Buffer): FastifyReply {
  const half = video.subarray(0, video.length / 2);
  reply.hijack();
  reply.raw.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': video.length });
  reply.raw.write(half, () => breakConnection(request, reply));
  return reply;
}

/** A valid MP4 of so many bytes: the video and one `free` box (ISO/IEC 14496-12, 8.1.2) behind it. */
function padded(video: Buffer, bytes: number): Readable {
  const padding = Math.max(BOX_HEADER_BYTES, bytes - video.length);
  const header = Buffer.alloc(BOX_HEADER_BYTES);
  header.writeUInt32BE(padding, 0);
  header.write('free', 4, 'latin1');
  const zeros = Buffer.alloc(1024 * 1024);
  function* pieces(): Generator<Buffer> {
    yield video;
    yield header;
    for (let left = padding - header.length; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
  }
  return Readable.from(pieces());
}

function refuse(reply: FastifyReply, status: 403 | 404): FastifyReply {
  const code = status === 403 ? 'AccessDenied' : 'NoSuchKey';
  const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Request has expired</Message></Error>`;
  return reply.code(status).type('application/xml').send(text);
}

function sendRange({ request, reply }: Exchange, bytes: Buffer, type: string): FastifyReply {
  reply.type(type).header('Accept-Ranges', 'bytes');
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range || (range[1] === '' && range[2] === '')) return reply.send(bytes);
  const last = bytes.length - 1;
  const from = range[1] === '' ? Math.max(0, bytes.length - Number(range[2])) : Number(range[1]);
  const to = range[1] === '' || range[2] === '' ? last : Math.min(Number(range[2]), last);
  if (from > to) return reply.code(416).header('Content-Range', `bytes */${bytes.length}`).send();
  reply.code(206).header('Content-Range', `bytes ${from}-${to}/${bytes.length}`);
  return reply.send(bytes.subarray(from, to + 1));
}
