import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PhotoBrokenError,
  PhotoNotFoundError,
  PhotoPathError,
  PhotosService,
  PhotoStore,
  type PhotoIntake,
} from '../../src/modules/photos/index.js';
import { parseEnv } from '../../src/platform/index.js';

const USER = 7_000_000_001;
const BACKGROUND = { r: 30, g: 120, b: 200 };
let folder: string;

function openPhotos(limits: Record<string, string> = {}): PhotosService {
  const env = parseEnv({
    APP_ENV: 'sandbox',
    BOT_TOKEN: '1:aaaaaaaaaaaaaaaaaaaaaaaa',
    DATABASE_URL: 'postgres://localhost/unused',
    OPENAI_API_KEY: 'unused',
    KIE_API_KEY: 'unused',
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_API_KEY: 'test_shop-secret',
    STORAGE_BASE_PATH: folder,
    ...limits,
  });
  return new PhotosService(env, new PhotoStore(env));
}

function picture(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: BACKGROUND } });
}

async function intakeStored(bytes: Buffer): Promise<Extract<PhotoIntake, { kind: 'stored' }>> {
  const intake = await openPhotos().intake(USER, bytes);
  if (intake.kind !== 'stored') throw new Error(`rejected: ${intake.reason}`);
  return intake;
}

async function listFiles(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photos-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a good photo', () => {
  it('is stored as a JPEG that reads back the same', async () => {
    const stored = await intakeStored(await picture(800, 600).png().toBuffer());
    expect(stored).toMatchObject({ width: 800, height: 600 });
    expect(stored.path).toMatch(/^inputs\/7000000001\/[0-9a-f-]{36}\.jpg$/);
    const photo = await openPhotos().read(stored.path);
    expect(photo.mimeType).toBe('image/jpeg');
    expect(photo.bytes).toEqual(await readFile(join(folder, stored.path)));
    expect(photo.bytes.length).toBe(stored.bytes);
    expect((await sharp(photo.bytes).metadata()).format).toBe('jpeg');
  });

  it('is turned upright and loses its metadata', async () => {
    const sent = await picture(800, 400)
      .withExif({ IFD0: { Copyright: 'secret owner' }, IFD3: { GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(sent.includes('secret owner')).toBe(true);
    const stored = await intakeStored(sent);
    expect(stored).toMatchObject({ width: 400, height: 800 });
    const { bytes } = await openPhotos().read(stored.path);
    const metadata = await sharp(bytes).metadata();
    expect(metadata.exif).toBeUndefined();
    expect(metadata.orientation).toBeUndefined();
    expect(bytes.includes('secret owner')).toBe(false);
  });

  it('is shrunk to a long side of 2048 px, and never enlarged', async () => {
    expect(await intakeStored(await picture(4000, 3000).jpeg().toBuffer())).toMatchObject({
      width: 2048,
      height: 1536,
    });
    expect(await intakeStored(await picture(300, 750).webp().toBuffer())).toMatchObject({
      width: 300,
      height: 750,
    });
  });

  it('gets white where it was transparent', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const sent = await sharp({ create: { width: 400, height: 400, channels: 4, background: clear } })
      .png()
      .toBuffer();
    const { bytes } = await openPhotos().read((await intakeStored(sent)).path);
    const { channels } = await sharp(bytes).stats();
    expect(channels.map(({ min }) => min)).toEqual([255, 255, 255]);
  });

  it('is taken from CMYK and AVIF too', async () => {
    const cmyk = await picture(400, 400).toColourspace('cmyk').jpeg().toBuffer();
    const { bytes } = await openPhotos().read((await intakeStored(cmyk)).path);
    expect((await sharp(bytes).metadata()).space).toBe('srgb');
    await intakeStored(await picture(400, 400).avif().toBuffer());
  });

  it('is readable by our account only, and leaves no temporary file', async () => {
    const stored = await intakeStored(await picture(400, 400).jpeg().toBuffer());
    expect((await stat(join(folder, stored.path))).mode & 0o077).toBe(0);
    expect((await listFiles()).filter((name) => !name.endsWith('.jpg'))).toEqual([]);
  });
});

describe('a bad photo', () => {
  const jpeg = (width: number, height: number) => picture(width, height).jpeg().toBuffer();

  it.each<[string, () => Promise<Buffer>, string]>([
    ['text', () => Promise.resolve(Buffer.from('not a photo')), 'not_an_image'],
    ['nothing', () => Promise.resolve(Buffer.alloc(0)), 'not_an_image'],
    [
      'an SVG',
      () =>
        Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"/>')),
      'not_an_image',
    ],
    ['a GIF', () => picture(400, 400).gif().toBuffer(), 'not_an_image'],
    ['a header and nothing after it', async () => (await jpeg(400, 400)).subarray(0, 300), 'not_an_image'],
    ['a photo cut in half', halfOfNoise, 'not_an_image'],
    ['an animation', animation, 'not_an_image'],
    ['a small one', () => jpeg(299, 400), 'too_small'],
    ['a long one', () => jpeg(300, 800), 'bad_ratio'],
    ['a wide one', () => jpeg(800, 300), 'bad_ratio'],
  ])('%s is rejected', async (_case, make, reason) => {
    const before = await listFiles();
    expect(await openPhotos().intake(USER, await make())).toEqual({ kind: 'rejected', reason });
    expect(await listFiles()).toEqual(before);
  });

  it('of too many bytes is rejected before it is looked at', async () => {
    const photos = openPhotos({ PHOTO_BYTES_MAX: '1000' });
    expect(await photos.intake(USER, Buffer.alloc(1001))).toEqual({ kind: 'rejected', reason: 'too_large' });
  });

  it('of too many pixels is rejected by its header: a decompression bomb is never decoded', async () => {
    const bomb = await picture(7000, 7000).png({ compressionLevel: 9 }).toBuffer();
    const photos = openPhotos({ PHOTO_PIXELS_MAX: '40000000' });
    expect(await photos.intake(USER, bomb)).toEqual({ kind: 'rejected', reason: 'too_large' });
  });

  async function halfOfNoise(): Promise<Buffer> {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
    const whole = await sharp({
      create: { width: 500, height: 500, channels: 3, background: BACKGROUND, noise },
    })
      .jpeg()
      .toBuffer();
    return whole.subarray(0, whole.length / 2);
  }

  async function animation(): Promise<Buffer> {
    const frames = await Promise.all(
      [picture(400, 400), picture(400, 400).negate()].map((f) => f.png().toBuffer()),
    );
    return sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
  }
});

describe('reading', () => {
  it('says that a photo is gone', async () => {
    const path = 'inputs/1/0198f3a2-7c1d-4e5f-8a9b-0123456789ab.jpg';
    await expect(openPhotos().read(path)).rejects.toThrow(PhotoNotFoundError);
  });

  it('gives a photo out as it is stored, or composed to 9:16', async () => {
    const { path } = await intakeStored(await picture(600, 400).jpeg().toBuffer());
    const { bytes, mimeType } = await openPhotos().read(path, 'vertical');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 720, height: 1280 });
    expect(mimeType).toBe('image/jpeg');
    expect(await openPhotos().read(path, 'original')).toEqual(await openPhotos().read(path));
  });

  it('says that a photo was damaged on its disk, where it has to be decoded', async () => {
    const { path } = await intakeStored(await picture(600, 400).jpeg().toBuffer());
    await writeFile(join(folder, path), (await readFile(join(folder, path))).subarray(0, 700));
    await expect(openPhotos().read(path, 'vertical')).rejects.toThrow(PhotoBrokenError);
  });

  it('reaches nothing outside of the inputs', async () => {
    await writeFile(join(folder, 'secret.jpg'), 'secret');
    for (const path of ['secret.jpg', 'inputs/../secret.jpg', '/etc/passwd', '../../etc/passwd']) {
      await expect(openPhotos().read(path)).rejects.toThrow(PhotoPathError);
    }
  });
});
