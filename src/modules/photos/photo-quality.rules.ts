/** What a photo is like that will hardly make a good video: advice, never a reason to refuse it. */
export type PhotoAdvice = 'dark' | 'blurred';

/** A picture in shades of grey, row by row, one byte from 0 (black) to 255 (white) for each pixel. */
export interface GreyPicture {
  pixels: Uint8Array;
  widthPx: number;
  heightPx: number;
}

/** What the eye sees at once, as numbers. */
export interface PhotoMeasures {
  /** Mean brightness, 0 to 255. */
  meanLuma: number;
  /** The brightness that 5 % of the pixels reach, 0 to 255: how bright the bright parts are. */
  brightLuma: number;
  /** How steep the clearest edges are, 0 to 1: 1 goes from dark to light within a pixel. Null where there are no edges to judge by. */
  sharpness: number | null;
}

/** Everything in the picture is dim, and there is no lit part either: a lit product before black is no dark photo. */
const DARK_MEAN_LUMA_MAX = 60;
const DARK_BRIGHT_LUMA_MAX = 110;
const BRIGHT_SHARE = 0.05;

/** Sharp photos have 0.5 and more, whatever their resolution and contrast; a blur that is seen at first sight leaves less than this. */
const BLURRED_SHARPNESS_MAX = 0.3;

/** Edges are judged in squares of this side, each of which overlaps its neighbours by half. */
const TILE_SIDE_PX = 16;
const TILE_STEP_PX = TILE_SIDE_PX / 2;
/** A tile with less between its darkest and lightest pixel holds noise, not an edge. */
const TILE_CONTRAST_MIN = 16;
/** Only edges with this share of the strongest one's contrast count: they are the product's, not those of a soft background. */
const TILE_CONTRAST_SHARE_MIN = 0.4;
/** The clearest edges speak for the photo, because a small product may be all that is in focus. */
const SHARPEST_SHARE = 0.05;

/** Each fault outweighs any size, and each pixel any sharpness. */
const FAULTS_MAX = 2;
const POINTS_PER_FAULT = 1_000_000;
const POINTS_PER_PX = 100;

/**
 * Measures a picture. Sharpness is the share of an edge's contrast that its steepest step takes, so that a white cup on white is as
 * sharp as a black one: the variance of the Laplacian takes it for more blurred than a blurred photo with a pattern in it.
 */
export function measurePicture(picture: GreyPicture): PhotoMeasures {
  const counts = new Array<number>(256).fill(0);
  for (const luma of picture.pixels) counts[luma] = (counts[luma] ?? 0) + 1;
  const total = picture.pixels.length;
  const sum = counts.reduce((all, count, luma) => all + count * luma, 0);
  return {
    meanLuma: sum / total,
    brightLuma: lumaReachedBy(counts, total * BRIGHT_SHARE),
    sharpness: measureSharpness(picture),
  };
}

/** What to tell the person about such a photo; nothing for a good one. */
export function decideAdvice(measures: PhotoMeasures): PhotoAdvice[] {
  const { meanLuma, brightLuma, sharpness } = measures;
  const dark = meanLuma < DARK_MEAN_LUMA_MAX && brightLuma < DARK_BRIGHT_LUMA_MAX;
  const blurred = sharpness !== null && sharpness < BLURRED_SHARPNESS_MAX;
  return [...(dark ? (['dark'] as const) : []), ...(blurred ? (['blurred'] as const) : [])];
}

/** How good a photo is beside others of the same product, higher is better: fewer faults first, then size, then sharpness. */
export function scorePhoto(photo: {
  advice: readonly PhotoAdvice[];
  shortSidePx: number;
  sharpness: number | null;
}): number {
  const faultless = FAULTS_MAX - photo.advice.length;
  const sharpnessPoints = Math.floor((photo.sharpness ?? 0) * (POINTS_PER_PX - 1));
  return faultless * POINTS_PER_FAULT + photo.shortSidePx * POINTS_PER_PX + sharpnessPoints;
}

/** The highest brightness that at least so many pixels reach. */
function lumaReachedBy(counts: readonly number[], pixels: number): number {
  let reached = 0;
  for (let luma = 255; luma > 0; luma -= 1) {
    reached += counts[luma] ?? 0;
    if (reached >= pixels) return luma;
  }
  return 0;
}

function measureSharpness(picture: GreyPicture): number | null {
  const tiles: Tile[] = [];
  for (let top = 0; top + TILE_SIDE_PX <= picture.heightPx; top += TILE_STEP_PX) {
    for (let left = 0; left + TILE_SIDE_PX <= picture.widthPx; left += TILE_STEP_PX) {
      tiles.push(measureTile(picture, left, top));
    }
  }
  const strongest = tiles.reduce((most, { contrast }) => Math.max(most, contrast), 0);
  const contrastMin = Math.max(TILE_CONTRAST_MIN, strongest * TILE_CONTRAST_SHARE_MIN);
  const sharpest = tiles
    .filter(({ contrast }) => contrast >= contrastMin)
    .map(({ contrast, step }) => step / contrast)
    .sort((one, other) => other - one);
  return sharpest[Math.floor(sharpest.length * SHARPEST_SHARE)] ?? null;
}

interface Tile {
  /** Between its darkest and its lightest pixel. */
  contrast: number;
  /** The largest difference of two neighbours. */
  step: number;
}

function measureTile({ pixels, widthPx }: GreyPicture, left: number, top: number): Tile {
  let darkest = 255;
  let lightest = 0;
  let step = 0;
  for (let y = top; y < top + TILE_SIDE_PX; y += 1) {
    for (let x = left; x < left + TILE_SIDE_PX; x += 1) {
      const at = y * widthPx + x;
      const luma = pixels[at] ?? 0;
      if (luma < darkest) darkest = luma;
      if (luma > lightest) lightest = luma;
      if (x > left) step = Math.max(step, Math.abs(luma - (pixels[at - 1] ?? 0)));
      if (y > top) step = Math.max(step, Math.abs(luma - (pixels[at - widthPx] ?? 0)));
    }
  }
  return { contrast: lightest - darkest, step };
}
