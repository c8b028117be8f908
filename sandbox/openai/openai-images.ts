import sharp from 'sharp';
import { badRequest, type OpenAiError } from './openai-errors.js';

const FORMATS = ['jpeg', 'png', 'webp', 'gif'];
const NOT_AN_IMAGE =
  "The image data you provided does not represent a valid image. Please check your input and try again with one of the following image formats: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'].";
const BYTES_MAX = 50 * 1024 * 1024;
const PATCH_SIDE_PX = 32;
const LOW_DETAIL_SIDE_PX = 512;

/** A colour, 0 to 255 each. */
export interface Colour {
  r: number;
  g: number;
  b: number;
}

/** A picture as the model sees it. */
export interface SeenImage {
  /** What it costs, in input tokens: 32 x 32 patches, 1.2 tokens each; at low detail the picture is made small first. */
  tokens: number;
  /** Its average colour. */
  colour: Colour;
}

/**
 * Decodes a picture of a request, from a data URL or a link, or says why OpenAI would refuse it.
 * https://platform.openai.com/docs/guides/images-vision
 */
export async function seeImage(
  url: string,
  { param, detail }: { param: string; detail?: string },
): Promise<SeenImage | OpenAiError> {
  const bytes = url.startsWith('data:') ? readDataUrl(url) : await download(url);
  if (bytes === 'not_base64') {
    return badRequest('Invalid base64 image_url.', param, 'invalid_base64_image');
  }
  if (bytes === 'not_found') return badRequest(`Error while downloading ${url}.`, param, 'invalid_image_url');
  if (bytes.length === 0) return badRequest('The image file is empty.', param, 'empty_image_file');
  if (bytes.length > BYTES_MAX) return badRequest('The image is too large.', param, 'image_too_large');
  try {
    const { format, width, height, pages = 1 } = await sharp(bytes).metadata();
    if (!FORMATS.includes(format) || pages > 1)
      return badRequest(NOT_AN_IMAGE, param, 'invalid_image_format');
    // Decoding it whole finds what a header alone hides: a file that was cut.
    const { channels } = await sharp(bytes, { failOn: 'truncated' })
      .removeAlpha()
      .toColourspace('srgb')
      .stats();
    const [r = 0, g = r, b = r] = channels.map((channel) => channel.mean);
    const scale = detail === 'low' ? Math.min(1, LOW_DETAIL_SIDE_PX / Math.max(width, height)) : 1;
    const patches = Math.ceil((width * scale) / PATCH_SIDE_PX) * Math.ceil((height * scale) / PATCH_SIDE_PX);
    return { tokens: Math.ceil(patches * 1.2), colour: { r, g, b } };
  } catch {
    return badRequest(NOT_AN_IMAGE, param, 'invalid_image_format');
  }
}

function readDataUrl(url: string): Buffer | 'not_base64' {
  const data = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/]*={0,2})$/.exec(url)?.[1];
  return data === undefined ? 'not_base64' : Buffer.from(data, 'base64');
}

async function download(url: string): Promise<Buffer | 'not_found'> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return response.ok ? Buffer.from(await response.arrayBuffer()) : 'not_found';
  } catch {
    return 'not_found';
  }
}
