/** Five seconds about a mug: coffee is poured in, steam rises, the mug turns in the morning light. */
import { mug, MUG_TOP } from '../products/mug.js';
import {
  between,
  cameraAt,
  frame,
  layer,
  lightSweep,
  n,
  progress,
  room,
  swing,
  type Shot,
} from '../stage.js';

const POUR = { start: 0.02, end: 0.36 } as const;
const SHOTS: readonly Shot[] = [
  {
    until: 0.46,
    from: { x: 430, y: 500, zoom: 1.75, rollDegrees: -2 },
    to: { x: 452, y: 560, zoom: 1.42, rollDegrees: 0 },
  },
  { until: 1, from: { x: 490, y: 690, zoom: 1.06 }, to: { x: 455, y: 640, zoom: 1.26, rollDegrees: 0.6 } },
];

const DEFS = `
  <radialGradient id="wall" cx="0.45" cy="0.4" r="0.7"><stop offset="0" stop-color="#f8f1e6"/><stop offset="1" stop-color="#c8bcab"/></radialGradient>
  <linearGradient id="table" x1="0" y1="0" x2="0.2" y2="0.7"><stop offset="0" stop-color="#dcb88d"/><stop offset="1" stop-color="#96683f"/></linearGradient>
  <linearGradient id="stream"><stop offset="0" stop-color="#4a2a14"/><stop offset="0.4" stop-color="#a06a3c"/><stop offset="1" stop-color="#3b2010"/></linearGradient>
  <filter id="steam" filterUnits="userSpaceOnUse" x="-200" y="-400" width="1300" height="1400"><feGaussianBlur stdDeviation="14"/></filter>
  <radialGradient id="bean" cx="0.35" cy="0.3" r="0.9"><stop offset="0" stop-color="#7d4c2a"/><stop offset="1" stop-color="#2c170a"/></radialGradient>`;

/** The frame at `t`, from 0 to 1. */
export function mugFrame(t: number): string {
  const camera = cameraAt(SHOTS, t);
  const coffee = between(0.05, 1, (t - POUR.start) / (POUR.end - POUR.start));
  const settled = progress(t, POUR.end, POUR.end + 0.18);
  const art = mug({
    turnRadians: t < 0.46 ? 0.1 * swing(t, 0.8) : between(0.66, 0.2, (t - 0.44) / 0.56),
    coffee,
    ripple: t < POUR.end ? 0.6 + 0.4 * ((t * 9) % 1) : 1 - settled,
  });
  const sweep = lightSweep(progress(t, 0.6, 0.86), 0.34);
  return frame(
    DEFS + art.defs + sweep.defs,
    [
      layer(camera, 0.75, room({ wall: 'url(#wall)', table: 'url(#table)', tableTop: 830 }) + windowLight(t)),
      layer(camera, 0.85, grain()),
      layer(camera, 1, beans() + art.svg + stream(t, coffee) + steam(t)),
      layer(camera, 1.7, foreground(t)),
      sweep.svg,
    ].join(''),
  );
}

/** Two panes of sun on the wall, and leaves that move in it. */
function windowLight(t: number): string {
  const leaves = Array.from({ length: 14 }, (_, index) => {
    const side = index % 2 === 0 ? -1 : 1;
    const along = Math.floor(index / 2);
    const angle = side * (62 - along * 5) + 3 * swing(t, 0.9, index / 9);
    return `<ellipse cx="0" cy="${-104 + along * 6}" rx="17" ry="${104 - along * 8}" transform="translate(${n(along * 2)} ${-40 - along * 62}) rotate(${n(angle)})"/>`;
  });
  return `<g filter="url(#softer)"><g fill="#fff8df" opacity="0.62"><path d="M40 -60 L330 60 L300 620 L10 520 Z"/><path d="M360 72 L660 196 L630 740 L330 632 Z"/></g>
    <g fill="#8f7b62" opacity="0.28" transform="translate(${n(930 + 8 * swing(t, 0.5))} 640) rotate(${n(-52 + 2 * swing(t, 0.6))})"><path d="M-4 40 Q 0 -200 14 -430 Q 6 -200 8 40 Z"/>${leaves.join('')}</g></g>`;
}

function grain(): string {
  return Array.from({ length: 7 }, (_, index) => {
    const y = 862 + index * index * 9 + index * 14;
    return `<path d="M-400 ${y} Q 300 ${y - 10} 1300 ${y + 6}" stroke="#6b4526" stroke-width="${2 + index * 0.5}" fill="none" opacity="0.16"/>`;
  }).join('');
}

function beans(): string {
  const places: readonly [number, number, number, number][] = [
    [150, 1012, 20, 1],
    [96, 1064, -35, 1.1],
    [196, 1070, 70, 1.05],
    [700, 1034, -20, 1],
    [764, 1078, 40, 1.15],
  ];
  return places
    .map(
      ([x, y, angle, scale]) =>
        `<g transform="translate(${x} ${y}) scale(${scale})"><ellipse cx="6" cy="16" rx="32" ry="9" fill="#3a2414" opacity="0.5" filter="url(#edge)"/><g transform="rotate(${angle})"><ellipse rx="30" ry="20" fill="url(#bean)"/><path d="M-27 2 Q -8 -9 0 0 T 27 -2" stroke="#1d0e05" stroke-width="4" fill="none"/></g></g>`,
    )
    .join('');
}

/** The coffee that falls into the mug, thinner where it is faster; its end falls too. */
function stream(t: number, coffee: number): string {
  if (t < POUR.start || t > POUR.end) return '';
  const bottom = 566 - 32 * coffee;
  const head = between(-500, bottom, (t - POUR.start) / 0.03);
  const tail = t < POUR.end - 0.03 ? -500 : between(-500, bottom, (t - POUR.end + 0.03) / 0.03);
  const { x } = MUG_TOP;
  const half = (y: number): number => 19 - (y + 500) * 0.008 + 1.6 * Math.sin(y / 34 - t * 190);
  const edge = (sign: number): string[] =>
    Array.from({ length: 14 }, (_, index) => {
      const y = tail + ((head - tail) * index) / 13;
      return `${n(x + sign * half(y) + 3 * Math.sin(y / 160 + t * 30))} ${n(y)}`;
    });
  const splash = `<ellipse cx="${x}" cy="${n(bottom)}" rx="40" ry="9" fill="#d6a878" opacity="0.75" filter="url(#edge)"/>`;
  return `<path d="M${[...edge(-1), ...edge(1).reverse()].join(' L')} Z" fill="url(#stream)"/>${head >= bottom - 1 ? splash : ''}`;
}

/** Wisps that rise, sway and fade. */
function steam(t: number): string {
  const strength = progress(t, 0.16, 0.5);
  const wisps = Array.from({ length: 6 }, (_, index) => {
    const age = (t * 1.5 + index / 6) % 1;
    const x = 442 + ((index % 3) - 1) * 62;
    const y = 508 - age * 330;
    const sway = 26 * swing(t, 1.2, index / 5);
    return `<path d="M${n(x)} ${n(y)} q ${n(-46 + sway)} -70 ${n(sway * 0.6)} -130 q ${n(46 - sway)} -58 ${n(6 + sway)} -116" stroke-width="${n(20 + 34 * age)}" opacity="${n(0.36 * strength * Math.sin(Math.PI * age))}"/>`;
  });
  return `<g fill="none" stroke="#fff" stroke-linecap="round" filter="url(#steam)">${wisps.join('')}</g>`;
}

/** A twig out of focus that the camera looks past. */
function foreground(t: number): string {
  const leaves = [0, 1, 2, 3].map(
    (index) =>
      `<ellipse cx="0" cy="-110" rx="34" ry="104" fill="${index % 2 ? '#5f7f57' : '#46663f'}" transform="rotate(${n(-62 + index * 34 + 4 * swing(t, 0.7, index / 4))})"/>`,
  );
  return `<g transform="translate(190 1300)" filter="url(#soft)" opacity="0.95">${leaves.join('')}</g>`;
}
