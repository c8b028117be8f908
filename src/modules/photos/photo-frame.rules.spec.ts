import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideBackdrop,
  leadOver,
  placeInFrame,
  type Colour,
  type ColourPicture,
} from './photo-frame.rules.js';

describe('the frame', () => {
  it.each<[string, [number, number], [number, number], [number, number], [number, number]]>([
    ['a landscape', [2048, 1152], [1080, 1920], [1080, 608], [0, 656]],
    ['a square', [1200, 1200], [1080, 1920], [1080, 1080], [0, 420]],
    ['one that just fits is not touched', [900, 1200], [900, 1600], [900, 1200], [0, 200]],
    ['a tall one stands between bars', [921, 2048], [1080, 1920], [863, 1920], [108, 0]],
    ['a tiny one is enlarged to the size of the videos', [300, 300], [720, 1280], [720, 720], [0, 280]],
    ['a tiny tall one', [300, 750], [720, 1280], [512, 1280], [104, 0]],
  ])('of a photo: %s', (_what, [widthPx, heightPx], frame, photo, [leftPx, topPx]) => {
    const sides = ([width, height]: [number, number]) => ({ widthPx: width, heightPx: height });
    expect(placeInFrame({ widthPx, heightPx })).toEqual({
      frame: sides(frame),
      photo: sides(photo),
      leftPx,
      topPx,
    });
  });

  it.each([
    [1080, 1920],
    [1152, 2048],
    [720, 1270],
    [540, 969],
  ])('is not needed for %d × %d', (widthPx, heightPx) => {
    expect(placeInFrame({ widthPx, heightPx })).toBeNull();
  });

  it('is 9:16 with even sides, and holds the whole photo in its middle, undistorted', () => {
    const side = fc.integer({ min: 1, max: 6_000 });
    fc.assert(
      fc.property(side, side, (widthPx, heightPx) => {
        const placement = placeInFrame({ widthPx, heightPx });
        if (!placement) {
          expect(Math.abs((widthPx * 16) / (heightPx * 9) - 1)).toBeLessThanOrEqual(0.01);
          return;
        }
        const { frame, photo, leftPx, topPx } = placement;
        expect(frame.widthPx * 16).toBe(frame.heightPx * 9);
        expect([frame.widthPx % 2, frame.heightPx % 2]).toEqual([0, 0]);
        expect(frame.widthPx).toBeGreaterThanOrEqual(720);
        expect(frame.widthPx).toBeLessThanOrEqual(1080);
        expect(photo.widthPx === frame.widthPx || photo.heightPx === frame.heightPx).toBe(true);
        // Undistorted to the pixel: each side is what the other one's scale makes of it.
        const scale = Math.min(frame.widthPx / widthPx, frame.heightPx / heightPx);
        expect(Math.abs(photo.widthPx - widthPx * scale)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(photo.heightPx - heightPx * scale)).toBeLessThanOrEqual(0.5);
        for (const [room, before] of [
          [frame.widthPx - photo.widthPx, leftPx],
          [frame.heightPx - photo.heightPx, topPx],
        ] as const) {
          expect(before).toBeGreaterThanOrEqual(0);
          expect(Math.abs(room - 2 * before)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

const GREY: Colour = [200, 210, 220];

/** A picture whose colour is a function of the place; a border of 2 px lies along its longer sides. */
function picture(
  colourAt: (x: number, y: number) => Colour,
  [widthPx, heightPx]: [number, number] = [100, 100],
): ColourPicture {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) pixels.set(colourAt(x, y), (y * widthPx + x) * 3);
  }
  return { pixels, widthPx, heightPx };
}

const shaded = (by: number): Colour => [200 + by, 210 + by, 220 + by];
const TALL: [number, number] = [100, 250];

describe('the backdrop', () => {
  it.each<[string, ColourPicture]>([
    ['one colour all over', picture(() => GREY)],
    ['noise', picture((x, y) => shaded(((x * 7 + y * 13) % 11) - 5))],
    ['a product in the middle', picture((x, y) => (x > 20 && x < 80 && y > 3 && y < 96 ? [9, 9, 9] : GREY))],
    ['a product that goes out at the sides', picture((_x, y) => (y > 20 && y < 80 ? [9, 9, 9] : GREY))],
    ['a tall one with an even left and right', picture((x) => (x > 9 && x < 90 ? [9, 9, 9] : GREY), TALL)],
  ])('goes on with the colour of the border: %s', (_what, photo) => {
    expect(decideBackdrop(photo)).toEqual({ kind: 'plain', colour: GREY });
  });

  it.each<[string, ColourPicture]>([
    ['a gradient from side to side', picture((x) => shaded(-x / 2))],
    ['a gradient from top to bottom', picture((_x, y) => shaded(-y / 2))],
    ['a wall above and a table below', picture((_x, y) => (y < 60 ? GREY : [190, 140, 90]))],
    ['a product that touches the border', picture((x, y) => (x > 40 && x < 50 && y > 50 ? [9, 9, 9] : GREY))],
    [
      'a border of one brightness in two colours',
      picture((x) => (x < 50 ? [200, 210, 220] : [220, 210, 200])),
    ],
    ['a tall one that is uneven at its left', picture((x, y) => (x < 9 && y < 90 ? [9, 9, 9] : GREY), TALL)],
  ])('is blurred: %s', (_what, photo) => {
    expect(decideBackdrop(photo)).toEqual({ kind: 'blurred' });
  });
});

describe('leading over', () => {
  const photo = picture((x, y) => shaded((x + y) % 3));

  it('ends in the very colour of the backdrop', () => {
    const { pixels } = leadOver(photo, GREY);
    for (const row of [0, 99]) {
      expect([...pixels.subarray(row * 300, row * 300 + 300)]).toEqual(Array(100).fill(GREY).flat());
    }
  });

  it('touches nothing but the border', () => {
    const { pixels } = leadOver(photo, [0, 0, 0]);
    const within = (all: Uint8Array) => Buffer.from(all.subarray(2 * 300, 98 * 300));
    expect(within(pixels).equals(within(photo.pixels))).toBe(true);
    expect(photo.pixels[0]).toBe(200);
  });
});
