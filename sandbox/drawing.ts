/** From where to where something is drawn. */
export interface Range {
  min: number;
  max: number;
}

/** The number of the range that a number from 0 to 1 stands for: its least for 0. */
export function between({ min, max }: Range, drawn: number): number {
  return min + (max - min) * drawn;
}

/** Numbers from 0 to 1 (mulberry32): the same ones for the same seed and stream, others for every other stream. */
export function drawing(seed: number, stream: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
