import assert from 'node:assert';
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import sharp, { type OutputInfo } from 'sharp';
import { Env, logger, toError } from '../../platform/index.js';
import { findSizeProblem, sniffFormat, type PhotoLimits, type PhotoProblem } from './photo-checks.rules.js';
import { composeVertical } from './photo-frame.js';
import type { PhotoFraming } from './photo-frame.rules.js';
import { composePhotoPath } from './photo-path.rules.js';
import { decideAdvice, measurePicture, scorePhoto, type PhotoAdvice } from './photo-quality.rules.js';
import { PhotoRetention } from './photo-retention.js';
import { PhotoStore } from './photo-store.js';
import { PhotoBrokenError } from './photos.errors.js';

/** Every video model takes this, and none shows more. */
const LONG_SIDE_MAX_PX = 2048;
const JPEG_QUALITY = 90;
const DECODE_TIMEOUT_S = 20;
/** What a photo is judged at, so that its resolution does not count; small ones are not enlarged, which would blur them. */
const JUDGED_LONG_SIDE_PX = 512;

/** What became of a photo that someone sent. */
export type PhotoIntake =
  | {
      kind: 'stored';
      /** `inputs/<tg_user_id>/<uuid>.jpg`, to be kept and given to `read`. */
      path: string;
      /** Pixels, as stored. */
      width: number;
      height: number;
      /** Size in bytes, as stored. */
      bytes: number;
      /** What the person may want to know before a video is made of it. */
      advice: PhotoAdvice[];
      /** How good it is beside other photos of the same product: the highest is the best. */
      score: number;
    }
  | { kind: 'rejected'; reason: PhotoProblem };

/** Takes in product photos: decodes, checks, normalises and stores them. */
@Injectable()
export class PhotosService {
  private readonly log = logger('photos');
  private readonly limits: PhotoLimits;
  private readonly bytesMax: number;

  constructor(
    env: Env,
    private readonly store: PhotoStore,
    private readonly retention: PhotoRetention,
  ) {
    this.bytesMax = env.PHOTO_BYTES_MAX;
    this.limits = {
      sideMinPx: env.PHOTO_SIDE_MIN_PX,
      pixelsMax: env.PHOTO_PIXELS_MAX,
      ratioMax: env.PHOTO_RATIO_MAX,
    };
  }

  /**
   * Checks a photo and stores it as a JPEG: turned upright, without metadata (they may say where it was taken), its long side at most
   * 2048 px, transparent parts white. Nothing of a rejected photo is kept.
   *
   * @throws PhotosAwayError when the store does not take it now.
   */
  async intake(tgUserId: number, bytes: Buffer): Promise<PhotoIntake> {
    assert(Number.isSafeInteger(tgUserId) && tgUserId > 0, 'a Telegram user id is a positive integer');
    const problem = await this.findProblem(bytes);
    if (problem) return { kind: 'rejected', reason: problem };
    const photo = await this.normalise(bytes);
    if (!photo) return { kind: 'rejected', reason: 'not_an_image' };
    const { width, height } = photo.info;
    const quality = await judge(photo.data, Math.min(width, height));
    const path = composePhotoPath(tgUserId, randomUUID());
    await this.retention.begin(path);
    await this.store.write(path, photo.data);
    return { kind: 'stored', path, width, height, bytes: photo.data.length, ...quality };
  }

  /**
   * A stored photo, as it is or composed to 9:16 (`photo-frame.ts`).
   *
   * @throws PhotoNotFoundError when it is no longer there.
   * @throws PhotoBrokenError when it was to be composed and cannot be decoded.
   * @throws PhotoPathError for a path that `intake` never gave out, PhotosAwayError when the store does not answer.
   */
  async read(path: string, framing: PhotoFraming = 'original'): Promise<{ bytes: Buffer; mimeType: string }> {
    const stored = await this.store.read(path);
    const bytes = framing === 'vertical' ? await this.compose(stored) : stored;
    return { bytes, mimeType: 'image/jpeg' };
  }

  private async compose(stored: Buffer): Promise<Buffer> {
    try {
      return await composeVertical(stored, { pixelsMax: this.limits.pixelsMax, timeoutS: DECODE_TIMEOUT_S });
    } catch (error) {
      // A machine that is too busy says nothing about the photo.
      if (toError(error).message.startsWith('timeout')) throw error;
      throw new PhotoBrokenError('A stored photo cannot be decoded', { cause: error });
    }
  }

  /** Looks at the bytes and the header only, so that nothing big is decoded to be refused. */
  private async findProblem(bytes: Buffer): Promise<PhotoProblem | null> {
    if (bytes.length > this.bytesMax) return 'too_large';
    if (sniffFormat(bytes) === null) return 'not_an_image';
    try {
      // The pixel limit is judged by us from the header: sharp's own would be an error like any other.
      const header = await sharp(bytes, { limitInputPixels: false }).metadata();
      if ((header.pages ?? 1) > 1) return 'not_an_image';
      return findSizeProblem({ widthPx: header.width, heightPx: header.height }, this.limits);
    } catch {
      return 'not_an_image';
    }
  }

  /** `null` when the pixels cannot be decoded to the end. */
  private async normalise(bytes: Buffer): Promise<{ data: Buffer; info: OutputInfo } | null> {
    try {
      return await sharp(bytes, { failOn: 'error', limitInputPixels: this.limits.pixelsMax })
        .autoOrient()
        .resize({
          width: LONG_SIDE_MAX_PX,
          height: LONG_SIDE_MAX_PX,
          fit: 'inside',
          withoutEnlargement: true,
        })
        .flatten({ background: '#ffffff' })
        .toColourspace('srgb')
        .jpeg({ quality: JPEG_QUALITY })
        .timeout({ seconds: DECODE_TIMEOUT_S })
        .toBuffer({ resolveWithObject: true });
    } catch (error) {
      this.log.info({ err: error, bytes: bytes.length }, 'A photo could not be decoded');
      return null;
    }
  }
}

/** Judges a photo of ours by its pixels. */
async function judge(jpeg: Buffer, shortSidePx: number): Promise<{ advice: PhotoAdvice[]; score: number }> {
  const { data, info } = await sharp(jpeg)
    .resize({
      width: JUDGED_LONG_SIDE_PX,
      height: JUDGED_LONG_SIDE_PX,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const measures = measurePicture({ pixels: data, widthPx: info.width, heightPx: info.height });
  const advice = decideAdvice(measures);
  return { advice, score: scorePhoto({ advice, shortSidePx, sharpness: measures.sharpness }) };
}
