import { describe, expect, it } from 'vitest';
import { drawPlot } from './plot.js';

/** The numbers of an attribute, in the order of the drawing. */
function attributes(svg: string, element: string, name: string): number[] {
  const pattern = new RegExp(`<${element} [^>]*?\\b${name}="([\\d.]+)"`, 'g');
  return [...svg.matchAll(pattern)].map(([, value]) => Number(value));
}

describe('a plot of bars', () => {
  const svg = drawPlot({
    ...{ kind: 'bars', name: 'bench-a', title: 'A <b> & c', unit: 'updates/s' },
    bars: [
      { label: 'ours', value: 500 },
      { label: 'bare', value: 1_000 },
    ],
    aim: { label: 'half of it', value: 500 },
  });

  it('draws each bar as long as its value', () => {
    const [, ours = 0, bare = 0] = attributes(svg, 'rect', 'width');
    expect(ours * 2).toBeCloseTo(bare, 0);
  });

  it('says each value, and what should be reached', () => {
    expect(svg).toContain('>500<');
    expect(svg).toContain('>1,000<');
    expect(svg).toContain('>half of it<');
  });

  it('lets no word be markup', () => expect(svg).toContain('A &lt;b&gt; &amp; c'));
});

describe('a plot of lines', () => {
  const svg = drawPlot({
    ...{ kind: 'lines', name: 'bench-a', title: 'Memory', unit: 'MB', xUnit: 's' },
    lines: [
      {
        label: 'resident',
        points: [
          [0, 0],
          [5, 100],
          [10, 50],
        ],
      },
    ],
  });

  it('goes from left to right, the highest at the top', () => {
    const [points = ''] = [...svg.matchAll(/points="([^"]+)"/g)].map(([, all]) => all);
    const places = points.split(' ').map((place) => place.split(',').map(Number));
    const [first, second, third] = places as [number[], number[], number[]];
    expect(first[0]).toBeLessThan(second[0] as number);
    expect(second[0]).toBeLessThan(third[0] as number);
    expect(second[1]).toBeLessThan(third[1] as number);
    expect(third[1]).toBeLessThan(first[1] as number);
  });
});
