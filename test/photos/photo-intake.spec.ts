import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PhotoBrokenError,
  PhotoNotFoundError,
  PhotoPathError,
  PhotoRetention,
  PhotosService,
  type PhotoIntake,
} from '../../src/modules/photos/index.js';
import { LocalPhotoStore } from '../../src/modules/photos/local-photo-store.js';
import { StoredPhotosRepository } from '../../src/modules/photos/stored-photos.repository.js';
import type { Env } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';

const USER = 7_000_000_001;
const BACKGROUND = { r: 30, g: 120, b: 200 };
let folder: string;
let db: TestDatabase;

function envWith(limits: Record<string, string> = {}): Env {
  return testEnv({
    STORAGE_BASE_PATH: folder,
    ...limits,
  });
}

function openPhotos(limits: Record<string, string> = {}): PhotosService {
  const env = envWith(limits);
  const store = new LocalPhotoStore(env);
  const retention = new PhotoRetention(db.dataSource, new StoredPhotosRepository(), store, env);
  return new PhotosService(env, store, retention);
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

/** A part of a JPEG beside its picture. */
function segment(marker: number, text: string): Buffer {
  const content = Buffer.from(text, 'latin1');
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** A part of a PNG (w3.org/TR/png-3/#5Chunk-layout). */
function pngChunk(kind: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(kind, 4, 'latin1');
  content.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

/** The pixels as a camera stores them that was held so (EXIF 2.32, tag 0x0112). */
function held(upright: Buffer, orientation: number): Promise<Buffer> {
  const turnsBack: Record<number, (image: Sharp) => Sharp> = {
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(270).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(90).flop(),
    8: (image) => image.rotate(90),
  };
  return (turnsBack[orientation] ?? ((image) => image))(sharp(upright)).png().toBuffer();
}

const countRows = async () => (await db.query('select from stored_photos')).length;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'photos-'));
  await new LocalPhotoStore({ STORAGE_BASE_PATH: folder }).prepare();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await db.drop();
});

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

  it('says no more where it was taken, in none of the places where a file may say it', async () => {
    const secret = 'N 55.75 E 37.61 of Anna';
    const plain = await picture(400, 400).withIccProfile('p3').jpeg().toBuffer();
    const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">${secret}</x:xmpmeta>`;
    const segments = [segment(0xe1, xmp), segment(0xed, `Photoshop 3.0\0${secret}`), segment(0xfe, secret)];
    const sent = Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2), Buffer.from(secret)]);
    expect((await sharp(sent).metadata()).icc).toBeDefined();
    const { bytes } = await openPhotos().read((await intakeStored(sent)).path);
    const { exif, icc, xmp: packet, iptc, comments } = await sharp(bytes).metadata();
    expect([exif, icc, packet, iptc, comments]).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
  });

  it('is taken with a colour profile that is none, and loses it', async () => {
    const plain = await picture(400, 400).jpeg().toBuffer();
    const profile = segment(0xe2, 'ICC_PROFILE\0\x01\x01not a profile at all');
    const sent = Buffer.concat([plain.subarray(0, 2), profile, plain.subarray(2)]);
    const { bytes } = await openPhotos().read((await intakeStored(sent)).path);
    expect((await sharp(bytes).metadata()).icc).toBeUndefined();
    expect(bytes.includes('not a profile')).toBe(false);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright, whichever way it was held: %d', async (orientation) => {
    const top = { input: await picture(400, 20).negate().png().toBuffer(), top: 0, left: 0 };
    const upright = await picture(400, 600).composite([top]).png().toBuffer();
    const sent = await sharp(await held(upright, orientation))
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
    const { bytes } = await openPhotos().read((await intakeStored(sent)).path);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([400, 600]);
    // The stripe that the others lack: red is high in it.
    expect(data[(5 * 400 + 200) * 3]).toBeGreaterThan(180);
    expect(data[(590 * 400 + 200) * 3]).toBeLessThan(80);
  });

  it('leaves no file without a row that knows when it ends', async () => {
    const { path } = await intakeStored(await picture(400, 400).jpeg().toBuffer());
    const rows = await db.query<{ days: number }>(
      `select round(extract(epoch from remove_at - stored_at) / 86400)::int as days from stored_photos where path = $1`,
      [path],
    );
    expect(rows).toEqual([{ days: 30 }]);
    const broken = new LocalPhotoStore({ STORAGE_BASE_PATH: folder });
    broken.write = () => Promise.reject(new Error('the disk is full'));
    const env = envWith();
    const retention = new PhotoRetention(db.dataSource, new StoredPhotosRepository(), broken, env);
    const photos = new PhotosService(env, broken, retention);
    const before = await countRows();
    await expect(photos.intake(USER, await picture(400, 400).jpeg().toBuffer())).rejects.toThrow('full');
    // It goes by itself, as any photo whose time is over.
    expect(await countRows()).toBe(before + 1);
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
    const bomb = await picture(2000, 2000).png({ compressionLevel: 9 }).toBuffer();
    const photos = openPhotos({ PHOTO_PIXELS_MAX: '3999999' });
    expect(await photos.intake(USER, bomb)).toEqual({ kind: 'rejected', reason: 'too_large' });
  });

  it('that says less than it has is decoded no further than it says', async () => {
    const said = await picture(2000, 2000).png().toBuffer();
    // Width and height in the header, with its checksum (w3.org/TR/png-3/#11IHDR).
    said.writeUInt32BE(400, 16);
    said.writeUInt32BE(400, 20);
    said.writeUInt32BE(crc32(said.subarray(12, 29)), 29);
    expect(await openPhotos().intake(USER, said)).toEqual({ kind: 'rejected', reason: 'not_an_image' });
  });

  it.each([
    ['a text', 'zTXt', 'Comment\0\0'],
    ['a colour profile', 'iCCP', 'profile\0\0'],
  ])('that blows up in %s and not in its pixels is taken without it', async (_what, kind, head) => {
    const png = await picture(400, 400).png().toBuffer();
    const bomb = pngChunk(kind, Buffer.concat([Buffer.from(head), deflateSync(Buffer.alloc(30_000_000))]));
    // 8 bytes of signature and 25 of the header come first.
    const stored = await intakeStored(Buffer.concat([png.subarray(0, 33), bomb, png.subarray(33)]));
    expect(stored.bytes).toBeLessThan(10_000);
  });

  it.each([
    ['a page in a photo', (jpeg: Buffer) => Buffer.concat([jpeg, Buffer.from('<script>alert(1)</script>')])],
    ['an archive in a photo', (jpeg: Buffer) => Buffer.concat([jpeg, Buffer.from('PK\x03\x04evil')])],
  ])('%s loses what is not the photo', async (_what, make) => {
    const sent = make(await jpeg(400, 400));
    const { bytes } = await openPhotos().read((await intakeStored(sent)).path);
    expect(bytes.includes('alert')).toBe(false);
    expect(bytes.includes('PK\x03\x04')).toBe(false);
  });

  it('with the first bytes of one and the body of another kind is rejected', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"/>';
    const mixed = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(svg)]);
    expect(await openPhotos().intake(USER, mixed)).toEqual({ kind: 'rejected', reason: 'not_an_image' });
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
