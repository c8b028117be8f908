/** Draws every file of this folder anew; see README.md. Needs ffmpeg with libx264. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { BACKPACK, LAMP, MUG } from './photos.js';
import { videoFrame } from './video-frame.js';

const FRAMES_PER_SECOND = 24;
const DURATION_S = 5;
const JPEG_QUALITY = 74;
const GRAIN_SIGMA = 9;

async function makePhoto(file: string, svg: string): Promise<void> {
  const grain = await sharp({
    create: {
      width: 900,
      height: 1200,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: GRAIN_SIGMA },
    },
  })
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

async function makeVideo(file: string): Promise<void> {
  const chord =
    '0.10*sin(2*PI*261.6*t)+0.08*sin(2*PI*329.6*t)*gt(t,0.8)+0.07*sin(2*PI*392*t)*gt(t,1.6)+0.05*sin(2*PI*523.3*t)*gt(t,2.4)';
  const audio = `aevalsrc='${chord}':s=44100:d=${DURATION_S},afade=t=in:d=0.6,afade=t=out:st=${DURATION_S - 1.2}:d=1.2`;
  const ffmpeg = spawn(
    'ffmpeg',
    [
      '-y',
      '-loglevel',
      'error',
      '-f',
      'image2pipe',
      '-framerate',
      String(FRAMES_PER_SECOND),
      '-i',
      '-',
      '-f',
      'lavfi',
      '-i',
      audio,
    ]
      .concat([
        '-c:v',
        'libx264',
        '-profile:v',
        'main',
        '-preset',
        'veryslow',
        '-crf',
        '29',
        '-pix_fmt',
        'yuv420p',
      ])
      .concat([
        '-c:a',
        'aac',
        '-b:a',
        '40k',
        '-ac',
        '1',
        '-shortest',
        '-movflags',
        '+faststart',
        '-map_metadata',
        '-1',
        file,
      ]),
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const frames = FRAMES_PER_SECOND * DURATION_S;
  for (let frame = 0; frame < frames; frame += 1) {
    const png = await sharp(Buffer.from(videoFrame(frame / frames)))
      .png({ compressionLevel: 1 })
      .toBuffer();
    if (!ffmpeg.stdin.write(png)) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [code] = (await once(ffmpeg, 'close')) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

const target = resolve(process.argv[2] ?? '.');
await mkdir(join(target, 'photos'), { recursive: true });
await makePhoto(join(target, 'photos', 'mug.jpg'), MUG);
await makePhoto(join(target, 'photos', 'backpack.jpg'), BACKPACK);
await makePhoto(join(target, 'photos', 'lamp.jpg'), LAMP);
await makeVideo(join(target, 'video.mp4'));
