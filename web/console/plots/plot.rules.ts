/** Ticks of an axis from 0 to at least `max`, at 1, 2 or 5 times a power of ten, `ticksMax` steps at most. */
export function niceTicks(max: number, ticksMax = 4): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / ticksMax;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Where a plot draws, in pixels: the inside of its axes. */
export interface PlotArea {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The place of each of `count` bars. */
export function bandsOf(area: PlotArea, count: number): { x: number; width: number; middle: number }[] {
  const step = area.width / Math.max(1, count);
  const gap = Math.min(8, step * 0.25);
  return Array.from({ length: count }, (_, index) => ({
    x: area.left + index * step + gap / 2,
    width: Math.max(1, step - gap),
    middle: area.left + (index + 0.5) * step,
  }));
}

/** How far from the top a value stands. */
export function heightOf(area: PlotArea, value: number, max: number): number {
  return area.top + area.height * (1 - Math.max(0, Math.min(value, max)) / max);
}

/** The path of a line through what is known; where nothing is, it breaks off. */
export function linePath(points: readonly ({ x: number; y: number } | null)[]): string {
  let isOn = false;
  return points
    .map((point) => {
      const part = point ? `${isOn ? 'L' : 'M'}${round(point.x)} ${round(point.y)}` : '';
      isOn = point !== null;
      return part;
    })
    .join('');
}

/** Which labels of the horizontal axis have room: every `n`th, the last among them. */
export function labelledOf(count: number, widthPx: number, labelPx: number): boolean[] {
  const every = Math.max(1, Math.ceil((count * labelPx) / Math.max(1, widthPx)));
  return Array.from({ length: count }, (_, index) => (count - 1 - index) % every === 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
