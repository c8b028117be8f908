import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { PHOTO } from './photos.js';

const FRAMES_PER_SECOND = 24;
const DURATION_S = 5;
const FRAME_COUNT = FRAMES_PER_SECOND * DURATION_S;
const JPEG_QUALITY = 74;
const GRAIN_SIGMA = 9;

/** What a video is made of. */
export interface VideoPlan {
  /** The frame at `t`, from 0 to 1, as SVG. */
  frame: (t: number) => string;
  /** The notes of its chord in hertz; they come in one after another. */
  notesHz: readonly number[];
  /** x264's: less is better and bigger. */
  crf: number;
}

/** Writes a scene as a phone's photo: with grain, a little soft, as JPEG. */
export async function makePhoto(file: string, svg: string): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: GRAIN_SIGMA } as const;
  const canvas = {
    width: PHOTO.widthPx,
    height: PHOTO.heightPx,
    channels: 3,
    background: '#808080',
  } as const;
  const grain = await sharp({ create: { ...canvas, noise } })
    .blur(0.8)
    .png()
    .toBuffer();
  const photo = await sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'soft-light' }])
    .blur(0.5)
    .jpeg({ quality: JPEG_QUALITY, mozjpeg: true })
    .toBuffer();
  await writeFile(file, photo);
}

/**
 * Draws every frame and pipes them into ffmpeg.
 *
 * @throws Error when ffmpeg fails.
 */
export async function makeVideo(file: string, { frame, notesHz, crf }: VideoPlan): Promise<void> {
  const ffmpeg = spawn('ffmpeg', ffmpegArguments(file, { notesHz, crf }), {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (let index = 0; index < FRAME_COUNT; index += 1) {
    const png = await sharp(Buffer.from(frame(index / FRAME_COUNT)))
      .png({ compressionLevel: 1 })
      .toBuffer();
    if (!ffmpeg.stdin.write(png)) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [code] = (await once(ffmpeg, 'close')) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

function ffmpegArguments(file: string, { notesHz, crf }: Omit<VideoPlan, 'frame'>): string[] {
  return [
    ...['-y', '-loglevel', 'error'],
    ...['-f', 'image2pipe', '-framerate', String(FRAMES_PER_SECOND), '-i', '-'],
    ...['-f', 'lavfi', '-i', chord(notesHz)],
    ...['-c:v', 'libx264', '-profile:v', 'main', '-preset', 'veryslow', '-crf', String(crf)],
    // For drawings; more bits for what is dark and even, where blocks are seen first.
    ...['-tune', 'animation', '-x264-params', 'aq-mode=3', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '32k', '-ac', '1', '-shortest'],
    // Nothing in the file may say when or by what it was made.
    ...['-movflags', '+faststart', '-map_metadata', '-1', '-fflags', '+bitexact', '-flags:v', '+bitexact'],
    ...['-flags:a', '+bitexact', file],
  ];
}

/** A soft chord as ffmpeg's source of sound. */
function chord(notesHz: readonly number[]): string {
  const notes = notesHz.map((hertz, index) => {
    const volume = (0.1 - index * 0.015).toFixed(3);
    return `${volume}*sin(2*PI*${hertz}*t)*min(1\\,max(0\\,(t-${index * 0.7})*4))`;
  });
  return `aevalsrc='${notes.join('+')}':s=44100:d=${DURATION_S},afade=t=in:d=0.6,afade=t=out:st=${DURATION_S - 1.2}:d=1.2`;
}
