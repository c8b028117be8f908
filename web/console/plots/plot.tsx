import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  bandsOf,
  heightOf,
  labelledOf,
  linePath,
  niceTicks,
  stack,
  type PlotArea,
  type Range,
} from './plot.rules.js';

/** One row of numbers of a plot. */
export interface Series {
  name: string;
  /** Null where nothing is known. */
  values: readonly (number | null)[];
}

interface PlotProps {
  title: string;
  /** One for each value. */
  labels: readonly string[];
  series: readonly Series[];
  /** Bars upon one another, bars side by side, or lines. */
  kind: 'stacked' | 'grouped' | 'lines';
  format: (value: number) => string;
  /** What there is to say where nothing happened. */
  empty: string;
}

const HEIGHT_PX = 190;
const LABEL_PX = 54;
const AXIS_PX = 58;
/** So that the newest label is whole. */
const END_PX = 18;

/** A plot, its legend, and the same as a table. */
export function Plot(props: PlotProps) {
  const { title, labels, series, format, empty } = props;
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure);
  const isEmpty = series.every(({ values }) => values.every((value) => !value));
  return (
    <figure class="plot" ref={figure}>
      <figcaption>{title}</figcaption>
      {isEmpty ? (
        <p class="empty">{empty}</p>
      ) : (
        <>
          <ul class="legend" aria-hidden="true">
            {series.map(({ name }, index) => (
              <li key={name}>
                <span class={`swatch is-series-${index}`} />
                {name}
              </li>
            ))}
          </ul>
          <Picture {...props} width={width} />
          <details class="plot-table">
            <summary>The same as a table</summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={`${title}: table`}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">From</th>
                    {series.map(({ name }) => (
                      <th scope="col" class="number" key={name}>
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {labels.map((label, index) => (
                    <tr key={label}>
                      <th scope="row">{label}</th>
                      {series.map(({ name, values }) => (
                        <td class="number" key={name}>
                          {formatted(values[index], format)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </figure>
  );
}

function Picture({ title, labels, series, kind, format, width }: PlotProps & { width: number }) {
  const area: PlotArea = {
    left: AXIS_PX,
    top: 8,
    width: Math.max(60, width - AXIS_PX - END_PX),
    height: HEIGHT_PX - 34,
  };
  const ticks = niceTicks(rangeOf(series, kind));
  const range = { min: ticks[0] ?? 0, max: ticks.at(-1) ?? 1 };
  const bands = bandsOf(area, labels.length);
  const labelled = labelledOf(labels.length, area.width, LABEL_PX);
  return (
    <svg
      class="plot-picture"
      viewBox={`0 0 ${Math.max(width, 120)} ${HEIGHT_PX}`}
      width={Math.max(width, 120)}
      height={HEIGHT_PX}
      role="img"
      aria-label={`${title}. ${summaryOf(series, format)}`}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 ? 'plot-grid is-zero' : 'plot-grid'}
            x1={area.left}
            x2={area.left + area.width}
            y1={heightOf(area, tick, range)}
            y2={heightOf(area, tick, range)}
          />
          <text class="plot-label is-left" x={area.left - 6} y={heightOf(area, tick, range) + 4}>
            {format(tick)}
          </text>
        </g>
      ))}
      {bands.map(
        ({ middle }, index) =>
          labelled[index] && (
            <text key={index} class="plot-label is-below" x={middle} y={HEIGHT_PX - 8}>
              {labels[index]}
            </text>
          ),
      )}
      {kind === 'lines' ? (
        <Lines area={area} series={series} range={range} />
      ) : (
        <Bars
          area={area}
          series={series}
          range={range}
          labels={labels}
          isStacked={kind === 'stacked'}
          format={format}
        />
      )}
    </svg>
  );
}

function Lines({ area, series, range }: { area: PlotArea; series: readonly Series[]; range: Range }) {
  const bands = bandsOf(area, series[0]?.values.length ?? 0);
  return (
    <>
      {series.map(({ name, values }, index) => {
        const points = values.map((value, at) =>
          value === null ? null : { x: bands[at]?.middle ?? 0, y: heightOf(area, value, range) },
        );
        return (
          <g key={name} class={`is-series-${index}`}>
            <path class="plot-line" d={linePath(points)} />
            {points.map(
              (point, at) => point && <circle key={at} class="plot-dot" cx={point.x} cy={point.y} r={3.5} />,
            )}
          </g>
        );
      })}
    </>
  );
}

function Bars(props: {
  area: PlotArea;
  series: readonly Series[];
  range: Range;
  labels: readonly string[];
  isStacked: boolean;
  format: (value: number) => string;
}) {
  const { area, series, range, labels, isStacked, format } = props;
  return (
    <>
      {bandsOf(area, labels.length).map((band, at) => {
        const values = series.map((one) => one.values[at] ?? 0);
        const parts = isStacked ? stack(values) : values.map((value) => ({ from: 0, to: value }));
        const width = isStacked ? band.width : band.width / series.length;
        return parts.map(({ from, to }, index) => {
          const name = series[index]?.name ?? '';
          const top = heightOf(area, Math.max(from, to), range);
          const bottom = heightOf(area, Math.min(from, to), range);
          return from === to ? null : (
            <rect
              key={`${name}-${at}`}
              class={`is-series-${index}`}
              x={isStacked ? band.x : band.x + index * width}
              width={isStacked ? width : Math.max(1, width - 1)}
              y={top}
              height={Math.max(1, bottom - top)}
            >
              <title>{`${labels[at] ?? ''}: ${name} ${format(values[index] ?? 0)}`}</title>
            </rect>
          );
        });
      })}
    </>
  );
}

/** Follows the width of an element, in CSS pixels. */
function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(480);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return width;
}

function rangeOf(series: readonly Series[], kind: PlotProps['kind']): Range {
  const bars = (series[0]?.values ?? []).map((_, at) => series.map(({ values }) => values[at] ?? 0));
  const ends = kind === 'stacked' ? bars.flatMap((bar) => stack(bar).map(({ to }) => to)) : bars.flat();
  return { min: Math.min(0, ...ends), max: Math.max(0, ...ends) };
}

/** In words, for whoever does not see it: the newest values. */
function summaryOf(series: readonly Series[], format: (value: number) => string): string {
  const newest = series.map(({ name, values }) => `${name} ${formatted(values.at(-1), format)}`);
  return `At last: ${newest.join(', ')}. The table below holds all of it.`;
}

function formatted(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}
