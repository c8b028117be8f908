import { describe, expect, it } from 'vitest';
import {
  decideAdvice,
  measurePicture,
  scorePhoto,
  type GreyPicture,
  type PhotoAdvice,
  type PhotoMeasures,
} from './photo-quality.rules.js';

const SIDE_PX = 64;

/** A picture whose brightness is a function of its column. */
function picture(lumaAt: (x: number) => number): GreyPicture {
  const pixels = Uint8Array.from({ length: SIDE_PX * SIDE_PX }, (_none, at) => lumaAt(at % SIDE_PX));
  return { pixels, widthPx: SIDE_PX, heightPx: SIDE_PX };
}

/** An edge in the middle that takes so many pixels to get from one brightness to the other. */
const edge = (from: number, to: number, widthPx: number) =>
  picture((x) => from + (to - from) * Math.min(1, Math.max(0, (x - SIDE_PX / 2) / widthPx)));

describe('the measures', () => {
  it('of brightness are the mean, and what the brightest twentieth reaches', () => {
    expect(measurePicture(picture(() => 40))).toMatchObject({ meanLuma: 40, brightLuma: 40 });
    expect(measurePicture(picture(() => 0))).toMatchObject({ meanLuma: 0, brightLuma: 0 });
    expect(measurePicture(picture((x) => (x < 4 ? 240 : 20)))).toMatchObject({ brightLuma: 240 });
    expect(measurePicture(picture((x) => (x < 3 ? 240 : 20)))).toMatchObject({ brightLuma: 20 });
  });

  it.each([
    ['a hard edge', edge(20, 220, 1), 1],
    ['a hard edge of little contrast', edge(235, 251, 1), 1],
    ['a soft edge', edge(0, 200, 8), 0.125],
    ['a soft edge of little contrast', edge(200, 240, 8), 0.125],
  ])('of sharpness do not depend on contrast: %s', (_what, given, sharpness) => {
    expect(measurePicture(given).sharpness).toBeCloseTo(sharpness, 1);
  });

  it.each([
    ['a plain picture', picture(() => 200)],
    ['hardly any contrast', edge(240, 255, 1)],
    ['a picture smaller than a tile', { pixels: new Uint8Array(100), widthPx: 10, heightPx: 10 }],
  ])('of sharpness are missing where there is no edge: %s', (_what, given) => {
    expect(measurePicture(given).sharpness).toBeNull();
  });

  it('are led by the strongest edges, not by a soft background', () => {
    const soft = (x: number) => 100 + (x % 32 < 16 ? x % 16 : 16 - (x % 16)) * 3;
    const onlySoft = measurePicture(picture(soft)).sharpness;
    expect(onlySoft).toBeLessThan(0.2);
    expect(measurePicture(picture((x) => (x === 60 ? 250 : soft(x)))).sharpness).toBeGreaterThan(0.5);
  });
});

describe('the advice', () => {
  it.each<[string, Partial<PhotoMeasures>, PhotoAdvice[]]>([
    ['a good photo', {}, []],
    ['dim all over', { meanLuma: 59, brightLuma: 109 }, ['dark']],
    ['a lit product before black', { meanLuma: 30, brightLuma: 110 }, []],
    ['soft light, nothing bright', { meanLuma: 60, brightLuma: 100 }, []],
    ['soft edges', { sharpness: 0.29 }, ['blurred']],
    ['edges just sharp enough', { sharpness: 0.3 }, []],
    ['no edges to judge by', { sharpness: null }, []],
    ['a blurred night', { meanLuma: 10, brightLuma: 20, sharpness: 0.1 }, ['dark', 'blurred']],
  ])('for %s', (_what, measures, expected) => {
    const good = { meanLuma: 140, brightLuma: 220, sharpness: 0.7 };
    expect(decideAdvice({ ...good, ...measures })).toEqual(expected);
  });
});

describe('the score', () => {
  const photo = (advice: PhotoAdvice[], shortSidePx: number, sharpness: number | null) => ({
    advice,
    shortSidePx,
    sharpness,
  });

  it.each([
    ['fewer faults before any size', photo([], 300, 0), photo(['dark'], 2048, 1)],
    ['one fault before two', photo(['blurred'], 300, 0), photo(['dark', 'blurred'], 2048, 1)],
    ['size before any sharpness', photo([], 301, 0), photo([], 300, 1)],
    ['sharpness at last', photo([], 900, 0.8), photo([], 900, 0.7)],
    ['sharpness before none to judge', photo([], 900, 0.3), photo([], 900, null)],
  ])('puts %s', (_what, better, worse) => {
    expect(scorePhoto(better)).toBeGreaterThan(scorePhoto(worse));
  });

  it('is the same for photos that are alike', () => {
    expect(scorePhoto(photo(['dark'], 900, 0.5))).toBe(scorePhoto(photo(['blurred'], 900, 0.5)));
  });
});
