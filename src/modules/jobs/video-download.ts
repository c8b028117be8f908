import { createWriteStream } from 'node:fs';
import { lstat, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import axios from 'axios';
import { RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Env, toError } from '../../platform/index.js';
import { VideoUnusableError } from './jobs.errors.js';
import { readVideoHeader, type VideoHeader } from './video-header.js';

/** A video on our own disk, with what its header says. */
export interface VideoFile extends VideoHeader {
  path: string;
  bytes: number;
}

const REDIRECTS_MAX = 3;
const FOLDER_PREFIX = 'neurocards-video-';
/** Longer than any download and send together: such a folder belongs to a process that is dead. */
const FOLDER_AGE_MAX_MS = 3_600_000;
/** What stores of files answer for a link that has expired. */
const DEAD_LINK_STATUSES = [401, 403, 404, 410];

/** Brings finished videos from the provider's files to our disk: over https, never from a private address, bounded, and only MP4. */
@Injectable()
export class VideoDownload implements OnModuleInit {
  // Resolves names itself and refuses private addresses after resolving, so that a name cannot point into our network.
  private readonly agent = new RequestFilteringHttpsAgent({ keepAlive: false });

  constructor(private readonly env: Env) {}

  /** Removes what processes left behind that were killed with a video in hand. */
  async onModuleInit(): Promise<void> {
    const names = await readdir(tmpdir()).catch(() => []);
    for (const name of names.filter((one) => one.startsWith(FOLDER_PREFIX))) {
      await removeIfOld(join(tmpdir(), name)).catch(() => undefined);
    }
  }

  /**
   * Downloads a video, hands it to `use`, and removes it again whatever happens.
   *
   * @throws VideoUnusableError when it cannot be had, is too large, or is not a playable MP4.
   */
  async withVideo<T>(url: string, use: (video: VideoFile) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
    try {
      const path = join(folder, 'video.mp4');
      const bytes = await this.download(url, path);
      return await use({ path, bytes, ...(await header(path)) });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async download(url: string, path: string): Promise<number> {
    // One limit for all of it: redirects, headers and the last byte.
    const signal = AbortSignal.timeout(this.env.DOWNLOAD_TIMEOUT_MS);
    try {
      const response = await axios.get<Readable>(this.checked(url), {
        responseType: 'stream',
        signal,
        httpsAgent: this.agent,
        proxy: false,
        maxRedirects: REDIRECTS_MAX,
        beforeRedirect: (options: Record<string, unknown>) => void this.checked(String(options['href'])),
        validateStatus: (status) => status === 200,
      });
      const limited = atMost(this.env.VIDEO_BYTES_MAX);
      await pipeline(response.data, limited.stream, createWriteStream(path), { signal });
      return limited.bytes();
    } catch (error) {
      if (error instanceof VideoUnusableError) throw error;
      // The error of axios holds the whole request; its message is enough.
      const status = axios.isAxiosError(error) ? error.response?.status : undefined;
      const linkDead = status !== undefined && DEAD_LINK_STATUSES.includes(status);
      const text = `The video could not be downloaded: ${toError(error).message}`;
      throw new VideoUnusableError(text, true, { linkDead });
    }
  }

  private checked(url: string): string {
    const { origin, protocol } = new URL(url);
    if (protocol === 'https:' || this.env.DOWNLOAD_ALLOWED_ORIGINS.includes(origin)) return url;
    throw new VideoUnusableError(`The video is not served over https`, false);
  }
}

async function removeIfOld(folder: string): Promise<void> {
  const { mtimeMs } = await lstat(folder);
  if (Date.now() - mtimeMs > FOLDER_AGE_MAX_MS) await rm(folder, { recursive: true, force: true });
}

function atMost(bytesMax: number): { stream: Transform; bytes: () => number } {
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new VideoUnusableError(`The video has more than ${bytesMax} bytes`, false));
      else done(null, chunk);
    },
  });
  return { stream, bytes: () => bytes };
}

async function header(path: string): Promise<VideoHeader> {
  const file = await open(path);
  try {
    return await readVideoHeader(file);
  } finally {
    await file.close();
  }
}
