import { describe, expect, it } from 'vitest';
import { findSizeProblem, sniffFormat } from './photo-checks.rules.js';

describe('the format', () => {
  it.each<[string, number[] | string, string | null]>([
    ['JPEG', [0xff, 0xd8, 0xff, 0xe0], 'jpeg'],
    ['PNG', '\x89PNG\r\n\x1a\n', 'png'],
    ['WebP', 'RIFF\0\0\0\0WEBPVP8 ', 'webp'],
    ['AVIF', '\0\0\0\x1cftypavif', 'avif'],
    ['HEIC', '\0\0\0\x1cftypheic', null],
    ['GIF', 'GIF89a', null],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', null],
    ['TIFF', 'II*\0', null],
    ['WAV', 'RIFF\0\0\0\0WAVEfmt ', null],
    ['text', 'hello', null],
    ['nothing', [], null],
  ])('%s is told by its first bytes', (_name, bytes, expected) => {
    const given = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
    expect(sniffFormat(given)).toBe(expected);
  });
});

describe('the size', () => {
  const limits = { sideMinPx: 300, pixelsMax: 50_000_000, ratioMax: 2.5 };

  it.each<[number, number, string | null]>([
    [300, 300, null],
    [299, 600, 'too_small'],
    [600, 299, 'too_small'],
    [300, 750, null],
    [300, 751, 'bad_ratio'],
    [751, 300, 'bad_ratio'],
    [10_000, 5000, null],
    [10_001, 5000, 'too_large'],
  ])('%d × %d: %s', (widthPx, heightPx, expected) => {
    expect(findSizeProblem({ widthPx, heightPx }, limits)).toBe(expected);
  });
});
