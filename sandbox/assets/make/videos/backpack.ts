/** Five seconds about a backpack: it lands, its zip opens in a close-up, it turns before a paper sun. */
import { backpack } from '../products/backpack.js';
import { between, cameraAt, ease, frame, layer, n, room, swing, type Shot } from '../stage.js';

const LANDING = 0.07;
const CLOSE_UP = { start: 0.38, end: 0.66 } as const;
const SHOTS: readonly Shot[] = [
  { until: CLOSE_UP.start, from: { x: 450, y: 640, zoom: 1 }, to: { x: 450, y: 680, zoom: 1.16 } },
  {
    until: CLOSE_UP.end,
    from: { x: 330, y: 500, zoom: 2.1, rollDegrees: -7 },
    to: { x: 555, y: 440, zoom: 1.9, rollDegrees: 5 },
  },
  { until: 1, from: { x: 450, y: 640, zoom: 1.34 }, to: { x: 450, y: 690, zoom: 1.04 } },
];

const DEFS = `
  <radialGradient id="wall" cx="0.5" cy="0.8" r="0.6"><stop offset="0" stop-color="#eef2f4"/><stop offset="1" stop-color="#a9b7c2"/></radialGradient>
  <linearGradient id="table" x1="0" y1="0" x2="0" y2="0.5"><stop offset="0" stop-color="#cfc9c1"/><stop offset="1" stop-color="#8d877f"/></linearGradient>
  <linearGradient id="sun" x1="0" y1="0" x2="0.4" y2="1"><stop offset="0" stop-color="#ffc57d"/><stop offset="1" stop-color="#ee8657"/></linearGradient>
  <linearGradient id="block" x1="0" x2="1"><stop offset="0" stop-color="#e9e3da"/><stop offset="1" stop-color="#a79f94"/></linearGradient>
  <clipPath id="onWall"><rect x="-900" y="-900" width="2700" height="1874"/></clipPath>
  <linearGradient id="tall" x1="0" x2="1"><stop offset="0" stop-color="#86a3b8"/><stop offset="1" stop-color="#54728a"/></linearGradient>`;

/** The frame at `t`, from 0 to 1. */
export function backpackFrame(t: number): string {
  const camera = cameraAt(SHOTS, t);
  const sinceLanding = t - LANDING;
  const shake = sinceLanding > 0 ? 7 * Math.exp(-sinceLanding * 32) * Math.cos(sinceLanding * 190) : 0;
  const art = backpack(pose(t), false);
  const seen = { ...camera, y: camera.y + shake };
  return frame(
    DEFS + art.defs,
    [
      layer(
        seen,
        0.7,
        room({ wall: 'url(#wall)', table: 'url(#table)', tableTop: 980 }) + paperSun(sinceLanding),
      ),
      layer(seen, 0.82, blocks()),
      layer(seen, 1, dust(sinceLanding) + art.svg),
    ].join(''),
  );
}

/** It falls, gives way and swings out; then it turns from one side to the other. */
function pose(t: number): Parameters<typeof backpack>[0] {
  const since = t - LANDING;
  const fall = Math.min(1, t / LANDING);
  const bounce = since > 0 ? Math.exp(-since * 20) * Math.sin(since * 95) : 0;
  const isCloseUp = t >= CLOSE_UP.start && t < CLOSE_UP.end;
  const turning = t < CLOSE_UP.end ? 0.8 * swing(t, 1.2, -0.12) : between(-1, 1, (t - CLOSE_UP.end) / 0.34);
  return {
    turn: isCloseUp ? -0.2 : turning,
    zip: isCloseUp ? between(0.03, 0.97, (t - CLOSE_UP.start - 0.03) / 0.22) : 0,
    leanDegrees: since > 0 ? 5 * Math.exp(-since * 12) * Math.sin(since * 48) : -4 * (1 - fall),
    height: 1 - 0.12 * bounce,
    // In the first frame it is seen whole: a chat shows that one before anybody plays the video.
    lift: 330 * (1 - fall * fall),
  };
}

/** A disc on the wall that gives a start as the backpack lands. */
function paperSun(since: number): string {
  const radius = 400 + (since > 0 ? 26 * Math.exp(-since * 16) * Math.sin(since * 70) : 0);
  return `<g clip-path="url(#onWall)"><circle cx="474" cy="650" r="${n(radius)}" fill="#5b4334" opacity="0.3" filter="url(#soft)"/>
    <circle cx="470" cy="630" r="${n(radius)}" fill="url(#sun)"/></g>`;
}

function blocks(): string {
  return `<ellipse cx="96" cy="1046" rx="150" ry="22" fill="#20242a" opacity="0.4" filter="url(#soft)"/>
    <path d="M-40 800 L 150 800 L 150 1030 A 95 24 0 0 1 -40 1030 Z" fill="url(#tall)"/><ellipse cx="55" cy="800" rx="95" ry="24" fill="#a8c2d4"/>
    <ellipse cx="850" cy="1056" rx="170" ry="22" fill="#20242a" opacity="0.4" filter="url(#soft)"/>
    <path d="M738 930 L 980 930 L 980 1040 A 121 26 0 0 1 738 1040 Z" fill="url(#block)"/><ellipse cx="859" cy="930" rx="121" ry="26" fill="#f6f1ea"/>
    <circle cx="860" cy="866" r="66" fill="#ef9a63"/><circle cx="838" cy="842" r="26" fill="#ffd0a4" opacity="0.7" filter="url(#softer)"/>`;
}

/** What a landing stirs up. */
function dust(since: number): string {
  if (since <= 0 || since > 0.2) return '';
  const age = since / 0.2;
  const puffs = [-1, -0.6, 0.6, 1].map(
    (side) =>
      `<ellipse cx="${n(450 + side * (230 + 190 * ease(age)))}" cy="${n(1050 - 34 * age)}" rx="${n(60 + 80 * age)}" ry="${n(20 + 24 * age)}"/>`,
  );
  return `<g fill="#f2ede6" opacity="${n(0.6 * (1 - age))}" filter="url(#soft)">${puffs.join('')}</g>`;
}
