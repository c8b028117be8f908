import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset, SAMPLE_PRODUCTS, SANDBOX_ASSETS, SANDBOX_VIDEO } from '../../sandbox/assets/index.js';
import { SandboxClock } from '../../sandbox/clock.js';
import { checkPlayableMp4 } from '../../sandbox/demo/mp4-check.js';
import { FakeKie } from '../../sandbox/kie/index.js';
import { makePhotoSizes } from '../../sandbox/telegram/photos.js';
import { eventually, grokTask, kieApi } from './fake-kie.support.js';

const VIDEOS = SANDBOX_ASSETS.filter((name) => name.endsWith('.mp4'));

const kie = new FakeKie({ clock: new SandboxClock(1000) });
const api = kieApi(() => kie.url);

beforeAll(() => kie.start());
afterAll(() => kie.stop());
beforeEach(() => kie.reset());

/** What is served for a task of this kind with this photo: the name of the asset. */
async function videoOf(photo: Buffer, taskOf = (url: string) => grokTask(url)): Promise<string | undefined> {
  const before = kie.tasks().length;
  kie.nextTask({ durationTrueMs: 0 });
  await api.create(taskOf(await api.uploadPhoto(photo, `photo-${before}.jpg`)));
  await eventually(() => kie.tasks()[before]?.outcome).toBe('success');
  return servedAt(kie.tasks()[before]?.resultUrls[0] ?? '');
}

async function servedAt(url: string): Promise<string | undefined> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  return VIDEOS.find((name) => readAsset(name).equals(bytes));
}

/** As it reaches KIE: made smaller by Telegram, then written anew by the application. */
async function sentBySeller(photo: Buffer): Promise<Buffer> {
  const largest = (await makePhotoSizes(photo)).at(-1)?.bytes;
  return sharp(largest).rotate().jpeg({ quality: 85 }).toBuffer();
}

describe.each(SAMPLE_PRODUCTS)('a photo of the $name', ({ photo, video }) => {
  const original = readAsset(photo);

  it('becomes the video of that product, as it is and on the way of an order', async () => {
    expect(await videoOf(original)).toBe(video);
    expect(await videoOf(await sentBySeller(original))).toBe(video);
  });

  it.each([
    [1200, 95],
    [640, 60],
    [320, 40],
  ])('is recognised at %d px and quality %d', async (side, quality) => {
    const smaller = sharp(original).resize(side, side, { fit: 'inside' });
    expect(await videoOf(await smaller.clone().jpeg({ quality }).toBuffer())).toBe(video);
    expect(await videoOf(await smaller.clone().webp({ quality }).toBuffer())).toBe(video);
  });

  it('is recognised in the middle of a taller picture', async () => {
    const before = sharp(original).resize(450, 800, { fit: 'contain', background: '#b0b0b0' });
    expect(await videoOf(await before.jpeg().toBuffer())).toBe(video);
  });

  it('is recognised with its edges cut off, as apps do', async () => {
    const region = { left: 18, top: 24, width: 864, height: 1152 };
    expect(await videoOf(await sharp(original).extract(region).jpeg().toBuffer())).toBe(video);
  });
});

describe('another picture', () => {
  const plain = (background: string) =>
    sharp({ create: { width: 900, height: 1200, channels: 3, background } })
      .jpeg()
      .toBuffer();

  it.each(['#ffffff', '#808080', '#d8c8b0', '#000000'])(
    'of one colour, %s, becomes a gift box',
    async (colour) => {
      expect(await videoOf(await plain(colour))).toBe('video.mp4');
    },
  );

  it('becomes a gift box, also when it is a sample in other colours or upside down', async () => {
    const mug = () => sharp(readAsset('photos/mug.jpg'));
    expect(await videoOf(await mug().negate().jpeg().toBuffer())).toBe('video.mp4');
    expect(await videoOf(await mug().flip().jpeg().toBuffer())).toBe('video.mp4');
    expect(await videoOf(await mug().modulate({ hue: 180 }).linear(0.7).jpeg().toBuffer())).toBe('video.mp4');
  });
});

describe('a task', () => {
  const backpack = readAsset('photos/backpack.jpg');

  it('is looked at in the fields of its own model, Veo included', async () => {
    const seedance = (url: string) => ({
      model: 'bytedance/seedance-2-mini',
      input: { prompt: 'A backpack', first_frame_url: url, resolution: '480p', duration: 5 },
    });
    expect(await videoOf(backpack, seedance)).toBe('videos/backpack.mp4');
    kie.nextTask({ durationTrueMs: 0 });
    const body = { prompt: 'A backpack', imageUrls: [await api.uploadPhoto(backpack, 'veo.jpg')] };
    expect((await api.post('/api/v1/veo/generate', body)).body.code).toBe(200);
    await eventually(() => kie.tasks()[1]?.outcome).toBe('success');
    expect(await servedAt(kie.tasks()[1]?.resultUrls[0] ?? '')).toBe('videos/backpack.mp4');
  });

  it('without a photo becomes a gift box', async () => {
    kie.nextTask({ durationTrueMs: 0 });
    await api.create({
      model: 'bytedance/seedance-2-mini',
      input: { prompt: 'A kite', resolution: '480p', duration: 5 },
    });
    await eventually(() => kie.tasks()[0]?.outcome).toBe('success');
    expect(await servedAt(kie.tasks()[0]?.resultUrls[0] ?? '')).toBe('video.mp4');
  });
});

it.each(VIDEOS)('%s is playable, small, and of the size and length that is said', (name) => {
  const bytes = readAsset(name);
  checkPlayableMp4(bytes);
  expect(bytes.length).toBeLessThan(150_000);
  expect(SANDBOX_VIDEO).toEqual(factsOf(bytes));
});

/** From the headers: `mvhd` tells the length, the first `tkhd` the sides (ISO/IEC 14496-12, 8.2.2 and 8.3.2). */
function factsOf(bytes: Buffer): Record<string, number> {
  const movie = bytes.indexOf('mvhd');
  const track = bytes.indexOf('tkhd');
  return {
    durationS: Math.round(bytes.readUInt32BE(movie + 20) / bytes.readUInt32BE(movie + 16)),
    widthPx: bytes.readUInt32BE(track + 80) / 65_536,
    heightPx: bytes.readUInt32BE(track + 84) / 65_536,
  };
}
