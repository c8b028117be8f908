/** A picture of figures; its file is `<name>.svg`. */
export type Plot = BarPlot | LinePlot;

interface PlotFrame {
  /** Unique among all benches or experiments: `bench-webhook`. */
  name: string;
  title: string;
  /** What the values are counted in. */
  unit: string;
}

/** One bar for each label, lying, as long as its value. */
export interface BarPlot extends PlotFrame {
  kind: 'bars';
  bars: readonly { label: string; value: number }[];
  /** What a bar should reach, or stay under: a line across all of them. */
  aim?: { label: string; value: number };
}

/** Lines over a common axis, from left to right. */
export interface LinePlot extends PlotFrame {
  kind: 'lines';
  xUnit: string;
  lines: readonly { label: string; points: readonly (readonly [x: number, y: number])[] }[];
  aim?: { label: string; value: number };
}

const WIDTH_PX = 720;
const TOP_PX = 44;
const LEFT_PX = 250;
const RIGHT_PX = 90;
const BAR_PX = 22;
const BAR_STEP_PX = 34;
const LINES_HEIGHT_PX = 240;
const LINES_LEFT_PX = 64;
const BOTTOM_PX = 40;
const TICKS = 4;
/** Told apart by people who see few colours too (Okabe, Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];
const INK = '#24292f';
const FAINT = '#8c959f';

/** The plot as an SVG of its own, readable on a light and on a dark page. */
export function drawPlot(plot: Plot): string {
  return plot.kind === 'bars' ? drawBars(plot) : drawLines(plot);
}

function drawBars({ title, unit, bars, aim }: BarPlot): string {
  const heightPx = TOP_PX + bars.length * BAR_STEP_PX + (aim ? BOTTOM_PX : 16);
  const most = Math.max(...bars.map(({ value }) => value), aim?.value ?? 0, Number.EPSILON);
  const lengthPx = (value: number) => (value / most) * (WIDTH_PX - LEFT_PX - RIGHT_PX);
  const drawn = bars.flatMap(({ label, value }, index) => {
    const yPx = TOP_PX + index * BAR_STEP_PX;
    const textYPx = yPx + BAR_PX / 2;
    return [
      text(LEFT_PX - 10, textYPx, label, { anchor: 'end' }),
      `<rect x="${LEFT_PX}" y="${yPx}" width="${px(Math.max(1, lengthPx(value)))}" height="${BAR_PX}" rx="3" fill="${COLOURS[index % COLOURS.length]}"/>`,
      text(LEFT_PX + lengthPx(value) + 8, textYPx, round(value)),
    ];
  });
  const bottomPx = TOP_PX + bars.length * BAR_STEP_PX;
  const mark = aim
    ? [
        dashed(LEFT_PX + lengthPx(aim.value), TOP_PX - 6, LEFT_PX + lengthPx(aim.value), bottomPx),
        text(LEFT_PX + lengthPx(aim.value), bottomPx + 16, aim.label, { anchor: 'middle', fill: FAINT }),
      ]
    : [];
  return frame(heightPx, `${title}, ${unit}`, [...drawn, ...mark]);
}

function drawLines({ title, unit, xUnit, lines, aim }: LinePlot): string {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(([x]) => x);
  const [xMin, xMax] = [Math.min(...xs), Math.max(...xs)];
  const yMax = Math.max(...points.map(([, y]) => y), aim?.value ?? 0, Number.EPSILON);
  const widthPx = WIDTH_PX - LINES_LEFT_PX - 24;
  const bottomPx = TOP_PX + LINES_HEIGHT_PX;
  const xPx = (x: number) => LINES_LEFT_PX + ((x - xMin) / (xMax - xMin || 1)) * widthPx;
  const yPx = (y: number) => bottomPx - (y / yMax) * LINES_HEIGHT_PX;
  const ticks = Array.from({ length: TICKS + 1 }, (_, tick) => tick / TICKS);
  const grid = ticks.flatMap((share) => [
    `<line x1="${LINES_LEFT_PX}" y1="${px(yPx(yMax * share))}" x2="${LINES_LEFT_PX + widthPx}" y2="${px(yPx(yMax * share))}" stroke="${FAINT}" stroke-opacity="0.35"/>`,
    text(LINES_LEFT_PX - 8, yPx(yMax * share), round(yMax * share), { anchor: 'end', fill: FAINT }),
    text(xPx(xMin + (xMax - xMin) * share), bottomPx + 18, round(xMin + (xMax - xMin) * share), {
      anchor: 'middle',
      fill: FAINT,
    }),
  ]);
  const drawn = lines.flatMap(({ label, points: own }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? INK;
    const path = own.map(([x, y]) => `${px(xPx(x))},${px(yPx(y))}`).join(' ');
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`,
      text(LINES_LEFT_PX + 12, TOP_PX + 12 + index * 18, label, { fill: colour, weight: 600 }),
    ];
  });
  const mark = aim
    ? [
        dashed(LINES_LEFT_PX, yPx(aim.value), LINES_LEFT_PX + widthPx, yPx(aim.value)),
        text(LINES_LEFT_PX + widthPx, yPx(aim.value) - 8, aim.label, { anchor: 'end', fill: FAINT }),
      ]
    : [];
  const axis = text(LINES_LEFT_PX + widthPx, bottomPx + 34, xUnit, { anchor: 'end', fill: FAINT });
  return frame(bottomPx + BOTTOM_PX, `${title}, ${unit}`, [...grid, ...drawn, ...mark, axis]);
}

function frame(heightPx: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH_PX} ${heightPx}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH_PX}" height="${heightPx}" rx="6" fill="#ffffff"/>`,
    text(16, 22, title, { weight: 600 }),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

interface TextStyle {
  anchor?: 'middle' | 'end';
  fill?: string;
  weight?: number;
}

function text(
  xPx: number,
  yPx: number,
  words: string,
  { anchor, fill = INK, weight }: TextStyle = {},
): string {
  const style = `${anchor ? ` text-anchor="${anchor}"` : ''}${weight ? ` font-weight="${weight}"` : ''}`;
  return `<text x="${px(xPx)}" y="${px(yPx)}" dominant-baseline="middle" fill="${fill}"${style}>${escaped(words)}</text>`;
}

function dashed(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${INK}" stroke-dasharray="4 4"/>`;
}

/** Three digits that count: 12,345 and 0.0123. */
function round(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

function px(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
