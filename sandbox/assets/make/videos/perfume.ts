/** Five seconds about a perfume: light goes through the glass, the cap rises, a mist, and petals that fall. */
import { perfume, PERFUME_NOZZLE } from '../products/perfume.js';
import {
  between,
  cameraAt,
  ease,
  frame,
  layer,
  lightSweep,
  n,
  progress,
  room,
  swing,
  type Shot,
} from '../stage.js';

const SPRAY = { start: 0.6, end: 0.72 } as const;
const SHOTS: readonly Shot[] = [
  {
    until: 0.4,
    from: { x: 500, y: 760, zoom: 1.9, rollDegrees: 4 },
    to: { x: 440, y: 690, zoom: 1.6, rollDegrees: -2 },
  },
  { until: 1, from: { x: 470, y: 600, zoom: 1.3 }, to: { x: 430, y: 660, zoom: 1.06 } },
];

const DEFS = `
  <radialGradient id="wall" cx="0.48" cy="0.8" r="0.62"><stop offset="0" stop-color="#fdeeea"/><stop offset="1" stop-color="#d5a0a8"/></radialGradient>
  <linearGradient id="table" x1="0" y1="0" x2="0.1" y2="0.5"><stop offset="0" stop-color="#f7f1ee"/><stop offset="1" stop-color="#cdbab8"/></linearGradient>
  <linearGradient id="niche" x1="0" y1="0" x2="1" y2="0.3"><stop offset="0" stop-color="#b9707f"/><stop offset="0.6" stop-color="#dd9a9c"/><stop offset="1" stop-color="#e9b3ac"/></linearGradient>
  <linearGradient id="stone" x1="0" x2="1"><stop offset="0" stop-color="#fffaf7"/><stop offset="0.7" stop-color="#e2d0cc"/><stop offset="1" stop-color="#b79d9c"/></linearGradient>
  <radialGradient id="petal" cx="0.4" cy="0.3" r="0.8"><stop offset="0" stop-color="#ffd9d9"/><stop offset="1" stop-color="#e0788f"/></radialGradient>`;

/** The frame at `t`, from 0 to 1. */
export function perfumeFrame(t: number): string {
  const camera = cameraAt(SHOTS, t);
  const art = perfume({
    light: t < 0.4 ? between(-0.9, 1, t / 0.4) : 0.5 * swing(t, 0.9, 0.3),
    slosh: 0.7 * Math.exp(-t * 3) * swing(t, 4) + 0.3 * progress(t, SPRAY.start, SPRAY.end) * swing(t, 3),
    capLift: 620 * progress(t, 0.42, 0.58) - 620 * progress(t, 0.8, 0.94),
    press:
      progress(t, SPRAY.start - 0.02, SPRAY.start + 0.02) - progress(t, SPRAY.end - 0.02, SPRAY.end + 0.03),
  });
  const sweep = lightSweep(progress(t, 0.76, 0.97), 0.34);
  return frame(
    DEFS + art.defs + sweep.defs,
    [
      layer(camera, 0.7, room({ wall: 'url(#wall)', table: 'url(#table)', tableTop: 930 }) + niche()),
      layer(camera, 0.9, veins() + plinths()),
      layer(camera, 1, petals(t, 8, { size: 0.5, side: 0 }) + art.svg + mist(t) + lying()),
      layer(camera, 1.5, `<g filter="url(#softer)">${petals(t + 0.3, 5, { size: 1.2, side: 330 })}</g>`),
      sweep.svg,
    ].join(''),
  );
}

function niche(): string {
  return `<path d="M90 930 L 90 480 A 360 400 0 0 1 810 480 L 810 930 Z" fill="url(#niche)"/>
    <path d="M90 940 L 90 480 A 360 400 0 0 1 810 480 L 810 940" fill="none" stroke="#fff3ee" stroke-width="10" opacity="0.7"/>
    <ellipse cx="450" cy="640" rx="250" ry="290" fill="#ffe9df" opacity="0.45" filter="url(#haze)"/>`;
}

function veins(): string {
  return `<g fill="none" stroke="#b59a9a" opacity="0.3"><path d="M-300 1010 Q 40 960 240 1040 T 760 1020 T 1300 1080" stroke-width="3"/><path d="M-200 1150 Q 240 1080 420 1180 T 1200 1170" stroke-width="5"/><path d="M300 1060 Q 420 1130 380 1240" stroke-width="2"/></g>`;
}

function plinths(): string {
  return `<ellipse cx="120" cy="1006" rx="150" ry="20" fill="#5a2a3e" opacity="0.35" filter="url(#soft)"/>
    <path d="M20 820 L 210 820 L 210 990 A 95 22 0 0 1 20 990 Z" fill="url(#stone)"/><ellipse cx="115" cy="820" rx="95" ry="22" fill="#fffdfb"/>
    <circle cx="112" cy="752" r="62" fill="url(#petal)"/><ellipse cx="92" cy="726" rx="24" ry="20" fill="url(#gleam)"/>
    <ellipse cx="830" cy="1012" rx="150" ry="20" fill="#5a2a3e" opacity="0.35" filter="url(#soft)"/>
    <path d="M724 920 L 950 920 L 950 1000 A 113 24 0 0 1 724 1000 Z" fill="url(#stone)"/><ellipse cx="837" cy="920" rx="113" ry="24" fill="#fffdfb"/>`;
}

/** Petals on their way down, turning; with a `side`, none nearer to the middle than that. */
function petals(t: number, count: number, { size, side }: { size: number; side: number }): string {
  return Array.from({ length: count }, (_, index) => {
    const fallen = (t * (0.7 + (index % 3) * 0.18) + index * 0.31) % 1;
    const place = (((index * 211) % 860) - 430) * (1 - side / 430);
    const x = 450 + place + Math.sign(place) * side + 40 * swing(t, 1.1, index / 6);
    const flat = 0.35 + 0.6 * Math.abs(swing(t, 1.6, index / 5));
    const scale = size * (1 + (index % 3) * 0.2);
    return `<g transform="translate(${n(x)} ${n(-120 + fallen * 1300)}) rotate(${n(index * 50 + t * 420)}) scale(${n(scale)} ${n(scale * flat)})"><path d="M0 -46 C 40 -40 44 20 0 48 C -44 20 -40 -40 0 -46 Z" fill="url(#petal)"/></g>`;
  }).join('');
}

function lying(): string {
  const places: readonly [number, number, number][] = [
    [236, 1064, 60],
    [640, 1090, -30],
    [330, 1120, 110],
  ];
  return places
    .map(
      ([x, y, angle]) =>
        `<g transform="translate(${x} ${y})"><ellipse cx="6" cy="10" rx="40" ry="9" fill="#5a2a3e" opacity="0.35" filter="url(#edge)"/><g transform="scale(1 0.42) rotate(${angle})"><path d="M0 -40 C 36 -36 40 18 0 42 C -40 18 -36 -36 0 -40 Z" fill="url(#petal)"/></g></g>`,
    )
    .join('');
}

/** What leaves the nozzle: a cone of fine drops that spreads and fades. */
function mist(t: number): string {
  const since = t - SPRAY.start;
  if (since <= 0 || since > 0.34) return '';
  const share = since / 0.34;
  const reach = 420 * ease(share * 1.8);
  const opacity = share < 0.35 ? 1 : 1 - (share - 0.35) / 0.65;
  const drops = Array.from({ length: 26 }, (_, index) => {
    const along = ((index * 0.137) % 1) * reach;
    const across = (((index * 0.618) % 1) - 0.5) * along * 0.75;
    return `<circle cx="${n(PERFUME_NOZZLE.x - along)}" cy="${n(PERFUME_NOZZLE.y + across + 60 * share * share)}" r="${2 + (index % 3)}"/>`;
  });
  const clouds = [0.3, 0.55, 0.8, 1].map(
    (along) =>
      `<ellipse cx="${n(PERFUME_NOZZLE.x - along * reach)}" cy="${n(PERFUME_NOZZLE.y + 40 * share)}" rx="${n(30 + 90 * along * ease(share * 2))}" ry="${n(14 + 120 * along * ease(share * 2))}" opacity="${n(0.5 - 0.3 * along)}"/>`,
  );
  return `<g fill="#fff" opacity="${n(opacity)}"><g filter="url(#soft)">${clouds.join('')}</g><g opacity="0.85">${drops.join('')}</g></g>`;
}
