/** Five seconds about a desk lamp: a dark room, the bulb flickers, the light comes on and the evening gets warm. */
import { lamp } from '../products/lamp.js';
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

const SHOTS: readonly Shot[] = [
  {
    until: 0.58,
    from: { x: 400, y: 560, zoom: 1.42, rollDegrees: -1.5 },
    to: { x: 430, y: 640, zoom: 1.12, rollDegrees: 0 },
  },
  { until: 1, from: { x: 470, y: 700, zoom: 0.98 }, to: { x: 410, y: 640, zoom: 1.2 } },
];
/** When the bulb is how bright: it fails twice before it stays. */
const FLICKER: readonly [number, number][] = [
  [0, 0],
  [0.14, 0],
  [0.15, 0.7],
  [0.17, 0.1],
  [0.2, 0],
  [0.21, 0.85],
  [0.235, 0.25],
  [0.26, 1],
  [1, 1],
];

const DEFS = `
  <radialGradient id="wall" cx="0.46" cy="0.55" r="0.62"><stop offset="0" stop-color="#f6dfb4"/><stop offset="1" stop-color="#8c7558"/></radialGradient>
  <linearGradient id="table" x1="0" y1="0" x2="0.1" y2="0.6"><stop offset="0" stop-color="#7a553b"/><stop offset="1" stop-color="#332013"/></linearGradient>
  <linearGradient id="night" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#0f1d3f"/><stop offset="1" stop-color="#3b4f86"/></linearGradient>
  <linearGradient id="cone" gradientUnits="userSpaceOnUse" x1="300" y1="600" x2="250" y2="1040"><stop offset="0" stop-color="#fff1c2" stop-opacity="0.62"/><stop offset="1" stop-color="#ffe0a0" stop-opacity="0"/></linearGradient>
  <linearGradient id="page" x1="0" x2="1"><stop offset="0" stop-color="#fffaf0"/><stop offset="1" stop-color="#dccdb0"/></linearGradient>`;

/** The frame at `t`, from 0 to 1. */
export function lampFrame(t: number): string {
  const camera = cameraAt(SHOTS, t);
  const light = brightness(t);
  const wakes = progress(t, 0.04, 0.13);
  const art = lamp({
    light,
    headDegrees: 38 + between(9, -5, wakes) + between(0, 5, (t - 0.26) / 0.2) + 1.5 * swing(t, 0.8),
  });
  const dark = 0.82 * (1 - light);
  const sweep = lightSweep(progress(t, 0.66, 0.92), 0.18);
  const night = (opacity: number): string =>
    `<rect x="-900" y="-900" width="2700" height="3200" fill="#0c1330" opacity="${n(opacity)}"/>`;
  return frame(
    DEFS + art.defs + sweep.defs,
    [
      layer(camera, 0.7, room({ wall: 'url(#wall)', table: 'url(#table)', tableTop: 960 }) + night(dark)),
      layer(camera, 0.72, windowAtNight(t) + picture() + night(dark * 0.35)),
      layer(camera, 0.95, book() + night(dark * 0.55)),
      layer(camera, 1, art.halo + cone(light) + art.svg + night(dark * 0.3) + dust(t, light)),
      sweep.svg,
    ].join(''),
  );
}

function brightness(t: number): number {
  const next = FLICKER.findIndex(([at]) => at > t);
  const [from, before] = FLICKER[next - 1] ?? [0, 0];
  const [to, after] = FLICKER[next] ?? [1, 1];
  return before + ((after - before) * (t - from)) / (to - from);
}

/** The moon and a few lit windows far away. */
function windowAtNight(t: number): string {
  const lights = Array.from({ length: 9 }, (_, index) => {
    const x = 604 + ((index * 67) % 250);
    const on = 0.55 + 0.35 * swing(t, 1 + (index % 3), index / 9);
    return `<circle cx="${x}" cy="${404 - ((index * 41) % 70)}" r="${5 + (index % 3) * 3}" fill="#ffd995" opacity="${n(on)}"/>`;
  });
  const stars = Array.from(
    { length: 8 },
    (_, index) =>
      `<circle cx="${600 + ((index * 83) % 262)}" cy="${70 + ((index * 59) % 190)}" r="2.6" fill="#fff" opacity="${n(0.5 + 0.4 * swing(t, 2, index / 8))}"/>`,
  );
  return `<rect x="560" y="30" width="340" height="420" rx="8" fill="#5d4836"/><rect x="580" y="50" width="300" height="380" fill="url(#night)"/>
    ${stars.join('')}<circle cx="690" cy="140" r="60" fill="#dfe6ff" opacity="0.25" filter="url(#soft)"/><circle cx="690" cy="140" r="34" fill="#f4f1de"/><circle cx="704" cy="132" r="29" fill="#1c2c58"/>
    <g filter="url(#edge)">${lights.join('')}</g>
    <rect x="724" y="50" width="12" height="380" fill="#5d4836"/><rect x="580" y="234" width="300" height="12" fill="#5d4836"/><rect x="546" y="446" width="368" height="22" rx="6" fill="#6d5540"/>`;
}

function picture(): string {
  return `<g transform="translate(40 70)"><rect x="6" y="10" width="210" height="270" fill="#000" opacity="0.25" filter="url(#softer)"/><rect width="210" height="270" fill="#f2e6cf"/><rect x="8" y="8" width="194" height="254" fill="none" stroke="#7b5c3f" stroke-width="12"/>
    <circle cx="128" cy="104" r="34" fill="#d97b52"/><path d="M26 206 Q 66 128 110 190 T 184 176 L 184 244 L 26 244 Z" fill="#6d7f6a"/><path d="M26 226 Q 90 176 184 220 L 184 244 L 26 244 Z" fill="#4c5f52"/></g>`;
}

/** An open book where the light falls. */
function book(): string {
  const lines = Array.from({ length: 5 }, (_, index) => {
    const y = 1022 + index * 13;
    return `<path d="M${102 - index * 9} ${y} q 60 -15 ${112 + index * 2} -2" /><path d="M${258 + index * 2} ${y - 2} q 62 -14 ${116 + index * 6} 1"/>`;
  });
  return `<ellipse cx="240" cy="1104" rx="270" ry="22" fill="#000" opacity="0.5" filter="url(#soft)"/>
    <path d="M34 1092 L 92 1000 Q 170 974 236 1004 Q 306 974 384 1000 L 452 1092 Q 330 1066 240 1100 Q 150 1066 34 1092 Z" fill="#8f3b2b"/>
    <path d="M44 1084 L 96 998 Q 170 970 236 1000 L 240 1090 Q 150 1058 44 1084 Z" fill="url(#page)"/>
    <path d="M236 1000 Q 306 970 380 998 L 442 1084 Q 330 1058 240 1090 Z" fill="#fff6e2"/>
    <g fill="none" stroke="#8b7a62" stroke-width="3" opacity="0.55">${lines.join('')}</g>
    <path d="M236 1000 L 240 1090" stroke="#b7a585" stroke-width="4"/>`;
}

function cone(light: number): string {
  return `<path d="M150 478 L 428 694 L 520 1080 L -60 1080 Z" fill="url(#cone)" opacity="${n(light)}" filter="url(#soft)"/>`;
}

/** Motes that float through the light. */
function dust(t: number, light: number): string {
  const motes = Array.from({ length: 22 }, (_, index) => {
    const age = (t * (0.5 + (index % 4) * 0.12) + index * 0.137) % 1;
    const y = 1010 - age * 420;
    const x = 60 + ((index * 71) % 380) + 26 * swing(t, 0.8, index / 7);
    return `<circle cx="${n(x)}" cy="${n(y)}" r="${2 + (index % 3) * 1.4}" opacity="${n(0.75 * Math.sin(Math.PI * age))}"/>`;
  });
  return `<g fill="#fff6d8" opacity="${n(light)}">${motes.join('')}</g>`;
}
