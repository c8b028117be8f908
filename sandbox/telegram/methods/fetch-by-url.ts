import { badRequest } from '../errors.js';
import { isLoopback } from '../urls.js';

const MIB = 1024 * 1024;
const LIMITS = {
  photo: { bytesMax: 5 * MIB, type: 'image/' },
  video: { bytesMax: 20 * MIB, type: 'video/' },
} as const;
const TIMEOUT_MS = 5000;

/**
 * Gets the file that a call names by URL, as Telegram's servers do: 5 MB for a photo, 20 MB for a video
 * (https://core.telegram.org/bots/api#sending-files). The fake reaches only this machine. Throws 400.
 */
export async function fetchByUrl(url: string, kind: 'photo' | 'video'): Promise<Buffer> {
  const { bytesMax, type } = LIMITS[kind];
  if (!URL.canParse(url)) throw badRequest('Wrong HTTP URL specified');
  if (!isLoopback(new URL(url).hostname)) throw badRequest('Failed to get HTTP URL content');
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw badRequest('Failed to get HTTP URL content');
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok || bytes.length > bytesMax) throw badRequest('Failed to get HTTP URL content');
  if (!(answer.headers.get('content-type') ?? '').startsWith(type)) {
    throw badRequest('Wrong type of the web page content');
  }
  return bytes;
}
