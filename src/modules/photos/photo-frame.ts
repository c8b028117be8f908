import assert from 'node:assert';
import sharp, { type Sharp } from 'sharp';
import {
  decideBackdrop,
  leadOver,
  placeInFrame,
  type ColourPicture,
  type PixelSize,
  type Placement,
} from './photo-frame.rules.js';

/** Limits of one decoding. */
export interface DecodingLimits {
  pixelsMax: number;
  timeoutS: number;
}

const CHANNELS = 3;
/** A step above what photos are stored with: it is the second time that this one is written as a JPEG. */
const JPEG_QUALITY = 92;
/** The backdrop is blurred at this part of its size: nothing finer is left in it, and it takes a hundredth of the time. */
const BLUR_AT_SHARE = 1 / 12;
/** In pixels of the small backdrop: a weaker blur leaves a second product to be seen. */
const BLUR_SIGMA_PX = 10;
/** Of the brightness, so that the photo stands out. */
const BACKDROP_BRIGHTNESS = 0.9;

/**
 * Composes a photo to a 9:16 JPEG, 720 × 1280 to 1080 × 1920 px: the whole photo in the middle, undistorted, and behind it its
 * own background or, where that is no even colour, the photo blurred. One that is 9:16 already comes back as it is.
 *
 * @param jpeg a photo as we store it: upright, in sRGB.
 * @throws whatever the decoder says of bytes that are no photo, and `timeout…` after `timeoutS` in one of its steps.
 */
export async function composeVertical(jpeg: Buffer, limits: DecodingLimits): Promise<Buffer> {
  const open = (): Sharp =>
    sharp(jpeg, { failOn: 'error', limitInputPixels: limits.pixelsMax }).timeout({
      seconds: limits.timeoutS,
    });
  const { width, height } = await open().metadata();
  const placement = placeInFrame({ widthPx: width, heightPx: height });
  if (!placement) return jpeg;
  const photo = await rawPicture(open().resize({ ...sidesOf(placement.photo), fit: 'fill' }));
  const backdrop = decideBackdrop(photo);
  if (backdrop.kind === 'plain') {
    const [r, g, b] = backdrop.colour;
    const plain = sharp({
      create: { ...sidesOf(placement.frame), channels: CHANNELS, background: { r, g, b } },
    });
    return draw(plain, leadOver(photo, backdrop.colour), placement, limits);
  }
  return draw(await blurredBackdrop(photo, placement.frame), photo, placement, limits);
}

async function blurredBackdrop(photo: ColourPicture, frame: PixelSize): Promise<Sharp> {
  const small = {
    width: Math.round(frame.widthPx * BLUR_AT_SHARE),
    height: Math.round(frame.heightPx * BLUR_AT_SHARE),
  };
  const covering = sharp(photo.pixels, { raw: rawOf(photo) }).resize({ ...small, fit: 'cover' });
  const blurred = await rawPicture(covering.blur(BLUR_SIGMA_PX).linear(BACKDROP_BRIGHTNESS, 0));
  return sharp(blurred.pixels, { raw: rawOf(blurred) }).resize({
    ...sidesOf(frame),
    fit: 'fill',
    kernel: 'cubic',
  });
}

function draw(
  backdrop: Sharp,
  photo: ColourPicture,
  { leftPx, topPx }: Placement,
  { timeoutS }: DecodingLimits,
): Promise<Buffer> {
  const input = Buffer.from(photo.pixels.buffer, photo.pixels.byteOffset, photo.pixels.byteLength);
  return backdrop
    .composite([{ input, raw: rawOf(photo), left: leftPx, top: topPx }])
    .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' })
    .timeout({ seconds: timeoutS })
    .toBuffer();
}

async function rawPicture(picture: Sharp): Promise<ColourPicture> {
  const { data, info } = await picture
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert(info.channels === CHANNELS, 'a picture in sRGB has three channels');
  return { pixels: data, widthPx: info.width, heightPx: info.height };
}

function rawOf(picture: PixelSize) {
  return { ...sidesOf(picture), channels: CHANNELS } as const;
}

function sidesOf({ widthPx, heightPx }: PixelSize) {
  return { width: widthPx, height: heightPx };
}
