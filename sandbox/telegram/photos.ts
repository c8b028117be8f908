import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { PHOTO_SIDES_PX } from './model.js';

/** One size of a photo as Telegram makes them: always JPEG. */
export interface MadePhoto {
  bytes: Buffer;
  widthPx: number;
  heightPx: number;
}

/** A picture that Telegram would not take as a photo; the message is the server's text. */
export class PhotoRefusedError extends Error {
  override readonly name = 'PhotoRefusedError';
}

const SIDES_SUM_MAX_PX = 10_000;
const RATIO_MAX = 20;
const CACHE_SIZE = 32;
const cache = new Map<string, MadePhoto[]>();

/**
 * The sizes that Telegram keeps of an uploaded picture, small to large, the largest at most 1280 px on its long side
 * (https://core.telegram.org/bots/api#photosize). Throws PhotoRefusedError when it is no picture or has odd sides.
 */
export async function makePhotoSizes(bytes: Buffer): Promise<MadePhoto[]> {
  const key = createHash('sha256').update(bytes).digest('hex');
  const known = cache.get(key);
  if (known) return known;
  const sizes = await resizeAll(bytes);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, sizes);
  return sizes;
}

async function resizeAll(bytes: Buffer): Promise<MadePhoto[]> {
  const { width, height } = await readSides(bytes);
  if (width + height > SIDES_SUM_MAX_PX || Math.max(width / height, height / width) > RATIO_MAX) {
    throw new PhotoRefusedError('PHOTO_INVALID_DIMENSIONS');
  }
  const long = Math.max(width, height);
  const smaller = PHOTO_SIDES_PX.filter((side) => side < long);
  const sides = long > PHOTO_SIDES_PX[3] ? smaller : [...smaller, long];
  return Promise.all(sides.map((side) => resize(bytes, side)));
}

async function resize(bytes: Buffer, side: number): Promise<MadePhoto> {
  const { data, info } = await sharp(bytes)
    .rotate()
    .flatten({ background: '#ffffff' })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 87 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, widthPx: info.width, heightPx: info.height };
}

async function readSides(bytes: Buffer): Promise<{ width: number; height: number }> {
  try {
    const { autoOrient } = await sharp(bytes).metadata();
    return autoOrient;
  } catch {
    throw new PhotoRefusedError('IMAGE_PROCESS_FAILED');
  }
}
