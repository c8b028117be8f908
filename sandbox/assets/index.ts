import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export { SAMPLE_PRODUCTS, type SampleProduct } from './samples.data.js';

/** The files of this folder: the videos that the fake KIE serves, and photos as a seller would take them. */
export const SANDBOX_ASSETS = [
  'video.mp4',
  'photos/mug.jpg',
  'photos/backpack.jpg',
  'photos/lamp.jpg',
  'photos/perfume.jpg',
  'videos/mug.mp4',
  'videos/backpack.mp4',
  'videos/lamp.mp4',
  'videos/perfume.mp4',
] as const;

/** The name of one of {@link SANDBOX_ASSETS}. */
export type SandboxAsset = (typeof SANDBOX_ASSETS)[number];

/** What every video of {@link SANDBOX_ASSETS} is, as its header says. */
export const SANDBOX_VIDEO = { widthPx: 480, heightPx: 854, durationS: 5 } as const;

/**
 * The absolute path of an asset. A compiled sandbox in `dist/` finds the files in the source tree, for the compiler
 * copies none. Throws when the file is in neither place.
 */
export function assetPath(name: SandboxAsset): string {
  const places = [`./${name}`, `../../../sandbox/assets/${name}`];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error(`No asset ${name} in ${paths.join(' or ')}`);
  return found;
}

/** The bytes of an asset. Throws like {@link assetPath}. */
export function readAsset(name: SandboxAsset): Buffer {
  return readFileSync(assetPath(name));
}
