/** The least and the greatest of an axis; 0 is on every one. */
export interface Range {
  min: number;
  max: number;
}

const STEPS_MAX = 4;

/** Ticks of an axis that holds at least a range and 0, at 1, 2 or 5 times a power of ten; below and above 0 one step each may come on top of 4. */
export function niceTicks(range: Range): number[] {
  const [min, max] = [Math.min(0, range.min), Math.max(0, range.max)];
  if (!(max - min > 0)) return [0, 1];
  const rough = (max - min) / STEPS_MAX;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const below = Math.ceil(-min / step - 1e-9);
  const above = Math.ceil(max / step - 1e-9);
  return Array.from({ length: below + above + 1 }, (_, index) =>
    Number(((index - below) * step).toPrecision(12)),
  );
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
export function heightOf(area: PlotArea, value: number, { min, max }: Range): number {
  const within = Math.max(min, Math.min(value, max));
  return area.top + area.height * ((max - within) / (max - min));
}

/** From where to where each part of a bar goes: upon one another what is above 0, under one another what is below. */
export function stack(values: readonly number[]): { from: number; to: number }[] {
  let above = 0;
  let below = 0;
  return values.map((value) => {
    const from = value < 0 ? below : above;
    const to = from + value;
    if (value < 0) below = to;
    else above = to;
    return { from, to };
  });
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
