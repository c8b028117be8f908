import sharp, { type Region } from 'sharp';
import { readAsset, SAMPLE_PRODUCTS } from '../assets/index.js';
import type { KieFiles } from './kie-files.js';
import type { KieTask } from './kie-tasks.js';

const SIDE_PX = 8;
/** The mean difference of two thumbnails, of 255. One photo in other sizes and qualities differs by 1 or 2, and the samples from each other by 39. */
const SAME_LOOK_MAX = 12;

/** Width / height of the sample photos. */
const SAMPLE_RATIO = 3 / 4;

/** A picture as a thumbnail: red, green and blue of each of its pixels. */
type Look = Uint8Array;

/** Which video each task ends with: that of the sample product in its photo, or the gift box. */
export class KieVideos {
  private readonly gift = readAsset('video.mp4');
  private samples: Promise<{ look: Look; video: Buffer }[]> | undefined;

  constructor(private readonly files: KieFiles) {}

  /** The video of a task. A photo that cannot be looked at is no sample. */
  async of({ input }: Pick<KieTask, 'input'>): Promise<Buffer> {
    const upload = this.files.uploadIn(input);
    return (upload && (await this.findSample(upload.bytes))) ?? this.gift;
  }

  private async findSample(photo: Buffer): Promise<Buffer | null> {
    return (
      (await this.nearest(await lookOf(photo))) ?? this.nearest(await lookOf(photo, await middleOf(photo)))
    );
  }

  private async nearest(look: Look | null): Promise<Buffer | null> {
    if (!look) return null;
    const samples = await (this.samples ??= readSamples());
    const nearest = samples
      .map((sample) => ({ ...sample, distance: distanceOf(look, sample.look) }))
      .reduce((best, sample) => (sample.distance < best.distance ? sample : best));
    return nearest.distance <= SAME_LOOK_MAX ? nearest.video : null;
  }
}

async function readSamples(): Promise<{ look: Look; video: Buffer }[]> {
  const samples = SAMPLE_PRODUCTS.map(async ({ photo, video }) => {
    const look = await lookOf(readAsset(photo));
    if (!look) throw new Error(`The sample ${photo} is no picture`);
    return { look, video: readAsset(video) };
  });
  return Promise.all(samples);
}

/** What stands in the middle, in the shape of the samples, of a photo that was put before a backdrop; null for what is no picture. */
async function middleOf(bytes: Buffer): Promise<Region | null> {
  try {
    const { autoOrient: whole } = await sharp(bytes).metadata();
    const width = Math.min(whole.width, Math.round(whole.height * SAMPLE_RATIO));
    const height = Math.min(whole.height, Math.round(whole.width / SAMPLE_RATIO));
    const left = Math.floor((whole.width - width) / 2);
    return { left, top: Math.floor((whole.height - height) / 2), width, height };
  } catch {
    return null;
  }
}

/** Null for what is no picture. */
async function lookOf(bytes: Buffer, region: Region | null = null): Promise<Look | null> {
  try {
    const upright = sharp(bytes).rotate();
    return await (region ? upright.extract(region) : upright)
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(SIDE_PX, SIDE_PX, { fit: 'fill', fastShrinkOnLoad: false })
      .raw()
      .toBuffer();
  } catch {
    return null;
  }
}

function distanceOf(one: Look, other: Look): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}
