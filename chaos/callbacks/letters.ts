/** A call from outside that can be made any number of times. */
export interface Letter {
  /** What it tells of: `yookassa payment.succeeded 2f1c…`. */
  about: string;
  path: string;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** How often a letter is sent, and when its copies leave. */
export interface Mailing {
  copies: number;
  /** The earliest and the latest, in milliseconds from now. */
  leaveMs: { min: number; max: number };
}

export const COPIES_MAX = 100;
/** With one copy at least, ten on average. */
const MORE_COPIES_MEAN = 9;

/** From 1 to 100 copies: mostly a few, sometimes a storm. */
export function drawCopies(draw: () => number): number {
  const more = Math.floor(-MORE_COPIES_MEAN * Math.log(1 - draw()) + 0.5);
  return Math.min(COPIES_MAX, 1 + more);
}
