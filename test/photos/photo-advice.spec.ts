import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAsset, SAMPLE_PRODUCTS } from '../../sandbox/assets/index.js';
import { PhotosService, type PhotoAdvice, type PhotoRetention } from '../../src/modules/photos/index.js';
import { LocalPhotoStore } from '../../src/modules/photos/local-photo-store.js';
import { testEnv } from '../support/env.js';

const SAMPLES = SAMPLE_PRODUCTS.map(({ photo }) => photo);
/** Seen at first sight on a photo of 900 x 1200. */
const STRONG_BLUR_SIGMA_PX = 8;

/** How long a photo is kept matters to nobody here. */
const KEPT_FOR_EVER = { begin: () => Promise.resolve() } as unknown as PhotoRetention;

let folder: string;
let photos: PhotosService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photo-advice-'));
  const env = testEnv({
    STORAGE_BASE_PATH: folder,
  });
  const store = new LocalPhotoStore(env);
  await store.prepare();
  photos = new PhotosService(env, store, KEPT_FOR_EVER);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function judge(bytes: Buffer): Promise<{ advice: PhotoAdvice[]; score: number }> {
  const intake = await photos.intake(1, bytes);
  if (intake.kind !== 'stored') throw new Error(`rejected: ${intake.reason}`);
  return intake;
}

const blur = (bytes: Buffer) => sharp(bytes).blur(STRONG_BLUR_SIGMA_PX).jpeg().toBuffer();
const darken = (bytes: Buffer, share: number) => sharp(bytes).linear(share, 0).jpeg().toBuffer();

/** A cup of one colour before another. */
function cup(colour: string, shade: string, background: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="1200">
    <rect width="900" height="1200" fill="${background}"/>
    <path d="M630 600 C 790 570 800 820 620 830" fill="none" stroke="${shade}" stroke-width="46"/>
    <path d="M226 520 L 276 934 L 608 934 L 658 520 Z" fill="${colour}"/>
    <ellipse cx="442" cy="520" rx="216" ry="52" fill="${shade}"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

describe('a good photo gets no advice', () => {
  it.each(SAMPLES)('as it is and in any size: %s', async (name) => {
    for (const widthPx of [900, 300, 1500]) {
      const bytes = await sharp(readAsset(name)).resize(widthPx).jpeg({ quality: 60 }).toBuffer();
      expect((await judge(bytes)).advice, `${widthPx} px`).toEqual([]);
    }
  });

  it('for a white cup on white', async () => {
    expect((await judge(await cup('#fdfdfd', '#ebebeb', '#f7f7f7'))).advice).toEqual([]);
    expect((await judge(await cup('#fefefe', '#f2f2f2', '#fafafa'))).advice).toEqual([]);
  });

  it('for a lit product before black', async () => {
    expect((await judge(await cup('#b0b0b0', '#707070', '#080808'))).advice).toEqual([]);
  });

  it('for a small product in focus before a soft background', async () => {
    const product = await sharp(readAsset('photos/mug.jpg'))
      .extract({ left: 180, top: 430, width: 620, height: 560 })
      .resize(310, 280)
      .toBuffer();
    const background = await blur(readAsset('photos/backpack.jpg'));
    const photo = sharp(background).composite([{ input: product, left: 300, top: 600 }]);
    expect((await judge(await photo.jpeg().toBuffer())).advice).toEqual([]);
  });
});

describe('advice', () => {
  it.each(SAMPLES)('for a blurred photo, in any size: %s', async (name) => {
    const blurred = await blur(readAsset(name));
    expect((await judge(blurred)).advice).toEqual(['blurred']);
    expect((await judge(await sharp(blurred).resize(1500).toBuffer())).advice).toEqual(['blurred']);
  });

  it('for a blurred white cup on white', async () => {
    expect((await judge(await blur(await cup('#fdfdfd', '#ebebeb', '#f7f7f7')))).advice).toEqual(['blurred']);
  });

  it.each(SAMPLES)('for a photo taken at night: %s', async (name) => {
    const night = await darken(readAsset(name), 0.25);
    expect((await judge(night)).advice).toEqual(['dark']);
    // One bulb in the picture does not make it bright.
    const bulb = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const lit = await sharp(night)
      .composite([{ input: bulb, left: 40, top: 40 }])
      .jpeg()
      .toBuffer();
    expect((await judge(lit)).advice).toEqual(['dark']);
    expect((await judge(await blur(night))).advice).toEqual(['dark', 'blurred']);
  });

  it('is not given for a dull day', async () => {
    for (const name of SAMPLES) expect((await judge(await darken(readAsset(name), 0.6))).advice).toEqual([]);
  });
});

it('scores a later photo of an album above the first where it is better', async () => {
  const good = readAsset('photos/mug.jpg');
  const scores = await Promise.all(
    [
      good,
      await sharp(good).resize(600).toBuffer(),
      await blur(good),
      await blur(await darken(good, 0.25)),
    ].map(async (bytes) => (await judge(bytes)).score),
  );
  expect(scores).toEqual([...scores].sort((one, other) => other - one));
  expect(new Set(scores).size).toBe(scores.length);
});
