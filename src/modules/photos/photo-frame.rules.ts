/** How a photo is given out: as it is stored, or composed to the shape of our videos. */
export type PhotoFraming = 'original' | 'vertical';

/** A size in pixels. */
export interface PixelSize {
  widthPx: number;
  heightPx: number;
}

/** Where a whole photo stands in a vertical frame, in pixels. It fills the frame's width or its height. */
export interface Placement {
  frame: PixelSize;
  /** The photo as it stands there. */
  photo: PixelSize;
  leftPx: number;
  topPx: number;
}

/** A picture in colour, row by row: red, green and blue of each pixel, each from 0 to 255. */
export interface ColourPicture extends PixelSize {
  pixels: Uint8Array;
}

/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [number, number, number];

/** What stands behind the photo. */
export type Backdrop =
  /** The photo's own background goes on. */
  | { kind: 'plain'; colour: Colour }
  /** The photo itself, enlarged and blurred. */
  | { kind: 'blurred' };

/** The smallest frame of exactly 9:16 with even sides, which is what video coding takes. */
const UNIT: PixelSize = { widthPx: 18, heightPx: 32 };
/** 720 × 1280, the size of the videos themselves: from a smaller frame the model would enlarge the photo anyway. */
const UNITS_MIN = 40;
/** 1080 × 1920. */
const UNITS_MAX = 60;
/** A photo whose ratio is this near to 9:16 needs no frame: bars of a few pixels would only be seen as a flaw. */
const RATIO_TOLERANCE = 0.01;

/** How deep the border is looked at, as a share of the photo's side across it. */
const BORDER_SHARE = 0.02;
const CHANNELS = 3;
/** Noise of a camera and traces of JPEG in an even background stay below this; a shadow or a corner of the product does not. */
const PLAIN_SPREAD_MAX = 4;

/** The frame for a photo and its place there, never cut and never stretched; null for one that is 9:16 as it is. */
export function placeInFrame(photo: PixelSize): Placement | null {
  const frameRatio = UNIT.widthPx / UNIT.heightPx;
  if (Math.abs(photo.widthPx / photo.heightPx / frameRatio - 1) <= RATIO_TOLERANCE) return null;
  const units = Math.ceil(Math.max(photo.widthPx / UNIT.widthPx, photo.heightPx / UNIT.heightPx));
  const taken = Math.min(UNITS_MAX, Math.max(UNITS_MIN, units));
  const frame = { widthPx: UNIT.widthPx * taken, heightPx: UNIT.heightPx * taken };
  const scale = Math.min(frame.widthPx / photo.widthPx, frame.heightPx / photo.heightPx);
  const placed = {
    widthPx: Math.round(photo.widthPx * scale),
    heightPx: Math.round(photo.heightPx * scale),
  };
  return {
    frame,
    photo: placed,
    leftPx: Math.floor((frame.widthPx - placed.widthPx) / 2),
    topPx: Math.floor((frame.heightPx - placed.heightPx) / 2),
  };
}

/**
 * Whether the photo's background can simply go on. It can where the two sides at which the backdrop begins are one colour;
 * the other two end with the frame, so that nothing has to fit to them.
 *
 * @param photo as it stands in the frame.
 */
export function decideBackdrop(photo: ColourPicture): Backdrop {
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  let pixels = 0;
  visitBorder(photo, (offset) => {
    pixels += 1;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const value = photo.pixels[offset + channel] ?? 0;
      sums[channel] = (sums[channel] ?? 0) + value;
      squares[channel] = (squares[channel] ?? 0) + value * value;
    }
  });
  const means = sums.map((sum) => sum / pixels);
  const spreads = squares.map((square, channel) =>
    Math.sqrt(Math.max(0, square / pixels - (means[channel] ?? 0) ** 2)),
  );
  if (Math.max(...spreads) > PLAIN_SPREAD_MAX) return { kind: 'blurred' };
  const [red = 0, green = 0, blue = 0] = means.map(Math.round);
  return { kind: 'plain', colour: [red, green, blue] };
}

/**
 * The photo with its border led over into the backdrop's colour, so that not even a line of one shade can be seen between
 * them. Only the border is touched, which is that colour but for its noise.
 */
export function leadOver(photo: ColourPicture, colour: Colour): ColourPicture {
  const pixels = Uint8Array.from(photo.pixels);
  visitBorder(photo, (offset, depth) => {
    for (const [channel, target] of colour.entries()) {
      const value = photo.pixels[offset + channel] ?? 0;
      pixels[offset + channel] = Math.round(target + (value - target) * depth);
    }
  });
  return { ...photo, pixels };
}

/**
 * Goes through the border at the two sides where the backdrop begins: above and below a photo that fills the frame's width.
 *
 * @param visit gets the pixel's first byte, and how deep in the border it is: 0 outermost, towards 1.
 */
function visitBorder(photo: ColourPicture, visit: (offset: number, depth: number) => void): void {
  const { widthPx, heightPx } = photo;
  const fillsWidth = widthPx * UNIT.heightPx >= heightPx * UNIT.widthPx;
  const acrossPx = fillsWidth ? heightPx : widthPx;
  const alongPx = fillsWidth ? widthPx : heightPx;
  const borderPx = Math.ceil(acrossPx * BORDER_SHARE);
  for (let step = 0; step < borderPx; step += 1) {
    const depth = step / borderPx;
    for (const across of [step, acrossPx - 1 - step]) {
      for (let along = 0; along < alongPx; along += 1) {
        const pixel = fillsWidth ? across * widthPx + along : along * widthPx + across;
        visit(pixel * CHANNELS, depth);
      }
    }
  }
}
