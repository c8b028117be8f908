/** Draws the files of this folder anew, all of them or those that are named; see README.md. Needs ffmpeg with libx264. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SandboxAsset } from '../index.js';
import { makePhoto, makeVideo } from './encode.js';
import { BACKPACK, LAMP, MUG, PERFUME } from './photos.js';
import { backpackFrame } from './videos/backpack.js';
import { giftFrame } from './videos/gift.js';
import { lampFrame } from './videos/lamp.js';
import { mugFrame } from './videos/mug.js';
import { perfumeFrame } from './videos/perfume.js';

const C_MAJOR_HZ = [261.6, 329.6, 392, 523.3] as const;
const MAKERS: Readonly<Record<SandboxAsset, (file: string) => Promise<void>>> = {
  'photos/mug.jpg': (file) => makePhoto(file, MUG),
  'photos/backpack.jpg': (file) => makePhoto(file, BACKPACK),
  'photos/lamp.jpg': (file) => makePhoto(file, LAMP),
  'photos/perfume.jpg': (file) => makePhoto(file, PERFUME),
  'videos/mug.mp4': (file) =>
    makeVideo(file, { frame: mugFrame, notesHz: [196, 246.9, 293.7, 370], crf: 29 }),
  'videos/backpack.mp4': (file) =>
    makeVideo(file, { frame: backpackFrame, notesHz: [220, 277.2, 329.6, 440], crf: 32 }),
  'videos/lamp.mp4': (file) =>
    makeVideo(file, { frame: lampFrame, notesHz: [174.6, 220, 261.6, 329.6], crf: 30 }),
  'videos/perfume.mp4': (file) =>
    makeVideo(file, { frame: perfumeFrame, notesHz: [233.1, 293.7, 349.2, 440], crf: 30 }),
  'video.mp4': (file) => makeVideo(file, { frame: giftFrame, notesHz: C_MAJOR_HZ, crf: 29 }),
};

const [target = '.', ...names] = process.argv.slice(2);
await mkdir(join(resolve(target), 'photos'), { recursive: true });
await mkdir(join(resolve(target), 'videos'), { recursive: true });
for (const [name, make] of Object.entries(MAKERS)) {
  if (names.length === 0 || names.includes(name)) await make(join(resolve(target), name));
}
