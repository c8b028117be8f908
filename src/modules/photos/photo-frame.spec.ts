import sharp, { type Region } from 'sharp';
import { expect, it } from 'vitest';
import { composeVertical } from './photo-frame.js';
import { placeInFrame } from './photo-frame.rules.js';

const LIMITS = { pixelsMax: 50_000_000, timeoutS: 20 };
/** What every model takes. */
const BYTES_MAX = 10_000_000;

/** The mean brightness of the paper. */
const PAPER = 240;

/** A scene with a gradient in it, of any shape. */
function scene(widthPx: number, heightPx: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <linearGradient id="g" x2="1" y2="1"><stop stop-color="#1d4e89"/><stop offset="1" stop-color="#f7c59f"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#g)"/><circle cx="50%" cy="50%" r="20%" fill="#c1121f"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 95 }).toBuffer();
}

/** A red product on paper that is lit a little from the right: so little that it counts as even. */
function onPaper(widthPx: number, heightPx: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <linearGradient id="g"><stop stop-color="#ebebeb"/><stop offset="1" stop-color="#f5f5f5"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#g)"/><rect x="25%" y="25%" width="50%" height="50%" fill="#a11"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 95 }).toBuffer();
}

const rawOf = (bytes: Buffer) => sharp(bytes).raw().toBuffer({ resolveWithObject: true });

function meanDifference(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

it.each<[string, string, (widthPx: number, heightPx: number) => Promise<Buffer>, number, number]>([
  ['landscape', 'a blurred backdrop', scene, 800, 450],
  ['square', 'its own background', onPaper, 600, 600],
  ['tall', 'a blurred backdrop', scene, 450, 1000],
  ['tiny', 'its own background', onPaper, 300, 400],
])('a photo that is %s stands whole and untouched before %s', async (_shape, _what, photoOf, ...sides) => {
  const [widthPx, heightPx] = sides;
  const photo = await photoOf(widthPx, heightPx);
  const composed = await composeVertical(photo, LIMITS);
  const placement = placeInFrame({ widthPx, heightPx });
  if (!placement) throw new Error('it needs a frame');
  const { frame, photo: placed, leftPx, topPx } = placement;
  const { format, width, height } = await sharp(composed).metadata();
  expect({ format, width, height }).toEqual({
    format: 'jpeg',
    width: frame.widthPx,
    height: frame.heightPx,
  });
  const size = { width: placed.widthPx, height: placed.heightPx };
  const seen = await sharp(composed)
    .extract({ left: leftPx, top: topPx, ...size })
    .raw()
    .toBuffer();
  const wanted = await sharp(photo)
    .resize({ ...size, fit: 'fill' })
    .raw()
    .toBuffer();
  expect(meanDifference(seen, wanted)).toBeLessThan(2);
});

it('goes on with an even background, so that no line can be seen at the joints', async () => {
  const { data, info } = await rawOf(await composeVertical(await onPaper(600, 600), LIMITS));
  // At the left, where the paper is darkest.
  const rows = Array.from({ length: info.height }, (_none, row) => {
    const start = row * info.width * 3;
    return data.subarray(start, start + 60).reduce((sum, value) => sum + value, 0) / 60;
  });
  const steps = rows.slice(1).map((row, index) => Math.abs(row - (rows[index] ?? 0)));
  expect(Math.max(...steps)).toBeLessThan(1.5);
  expect(Math.abs((rows[0] ?? 0) - PAPER)).toBeLessThan(2);
  expect(Math.abs((rows.at(-1) ?? 0) - PAPER)).toBeLessThan(2);
});

it('blurs the photo behind itself where the background is not even, a little darker', async () => {
  const photo = await scene(800, 800);
  const composed = await composeVertical(photo, LIMITS);
  const lumaOf = async (bytes: Buffer, region: Region) => {
    const part = await sharp(bytes).extract(region).greyscale().raw().toBuffer();
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  };
  const above = await lumaOf(composed, { left: 0, top: 0, width: 810, height: 300 });
  const upper = await lumaOf(photo, { left: 200, top: 0, width: 400, height: 170 });
  expect(above / upper).toBeGreaterThan(0.8);
  expect(above / upper).toBeLessThan(1);
});

it('leaves a photo that is 9:16 as it is, to the byte', async () => {
  const photo = await scene(576, 1024);
  expect(await composeVertical(photo, LIMITS)).toBe(photo);
});

it('stays below what every model takes, even for noise', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const photo = await sharp({ create: { width: 1080, height: 1440, channels: 3, background: '#fff', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
  expect((await composeVertical(photo, LIMITS)).length).toBeLessThan(BYTES_MAX);
});

it('decodes nothing beyond the limit of pixels', async () => {
  const photo = await scene(800, 800);
  await expect(composeVertical(photo, { ...LIMITS, pixelsMax: 100_000 })).rejects.toThrow(/pixel limit/);
});
