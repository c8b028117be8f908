import { describe, expect, it } from 'vitest';
import { fitMedia, formatBytes, formatDuration } from './media.rules.js';

describe('fitMedia', () => {
  it.each([
    [{ widthPx: 200, heightPx: 200 }, [200, 200]],
    [{ widthPx: 1280, heightPx: 960 }, [340, 255]],
    [{ widthPx: 480, heightPx: 854 }, [247, 440]],
    [{ widthPx: 3000, heightPx: 100 }, [340, 120]],
    [{ widthPx: 10, heightPx: 10 }, [120, 120]],
    [{}, [270, 270]],
  ])('%j', (media, [widthPx, heightPx]) => {
    expect(fitMedia(media)).toEqual({ widthPx, heightPx });
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [4.6, '0:05'],
    [65, '1:05'],
    [750, '12:30'],
  ])('%d s', (durationS, text) => expect(formatDuration(durationS)).toBe(text));
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [350_000, '342 KB'],
    [20 * 1024 * 1024, '20.0 MB'],
  ])('%d', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
