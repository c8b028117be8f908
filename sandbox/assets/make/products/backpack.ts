import { n, type Art } from '../stage.js';

/** How a backpack stands there. */
export interface BackpackPose {
  /** From -1 to 1: how far it is turned to the left or to the right. */
  turn: number;
  /** How far its main zip is open, from 0 to 1. */
  zip: number;
  leanDegrees: number;
  /** 1 is its own height; less is what a landing does to it. */
  height: number;
  /** Above the floor, in units. */
  lift: number;
}

/** The backpack of the photo. */
export const BACKPACK_AT_REST: BackpackPose = { turn: 0, zip: 0, leanDegrees: 0, height: 1, lift: 0 };

const BODY =
  'M246 480 C 246 300 330 240 450 240 C 570 240 654 300 654 480 L 676 968 C 680 1034 640 1056 590 1056 L 310 1056 C 260 1056 220 1034 224 968 Z';
const ZIP = 'M282 560 C 290 400 350 306 450 306 C 550 306 610 400 618 560';
const ZIP_CURVES = [
  [282, 560, 290, 400, 350, 306, 450, 306],
  [450, 306, 550, 306, 610, 400, 618, 560],
] as const;

const DEFS = `
  <linearGradient id="cloth" x1="0" x2="1" y1="0" y2="0.2"><stop offset="0" stop-color="#1f2b46"/><stop offset="0.35" stop-color="#3f5686"/><stop offset="0.75" stop-color="#2a3a60"/><stop offset="1" stop-color="#141c30"/></linearGradient>
  <linearGradient id="pocket" x1="0" x2="1" y1="0" y2="0.3"><stop offset="0" stop-color="#27365a"/><stop offset="0.4" stop-color="#4a639a"/><stop offset="1" stop-color="#1a2440"/></linearGradient>
  <linearGradient id="leather" x1="0" x2="1"><stop offset="0" stop-color="#7a4a24"/><stop offset="0.4" stop-color="#c98b54"/><stop offset="1" stop-color="#5f3717"/></linearGradient>
  <linearGradient id="steel" x1="0" x2="1"><stop offset="0" stop-color="#8d929a"/><stop offset="0.4" stop-color="#eceef1"/><stop offset="1" stop-color="#777c85"/></linearGradient>
  <filter id="weave"><feTurbulence type="fractalNoise" baseFrequency="0.9 0.45" numOctaves="2" seed="4"/><feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 0.22 0"/><feComposite in2="SourceGraphic" operator="in"/></filter>`;

/** An urban backpack of blue cloth with leather straps; `weave` shows the cloth's threads, which no video needs. */
export function backpack({ turn, zip, leanDegrees, height, lift }: BackpackPose, weave: boolean): Art {
  const shift = (units: number, svg: string): string =>
    `<g transform="translate(${n(units * turn)} 0)">${svg}</g>`;
  const shadow = Math.max(0, 1 - lift / 900);
  const stance = `translate(450 ${n(1056 - lift)}) rotate(${n(leanDegrees)}) scale(${n((1 - 0.03 * Math.abs(turn)) * (2 - height))} ${n(height)}) translate(-450 -1056)`;
  return {
    defs: DEFS,
    svg: `
    <ellipse cx="470" cy="1064" rx="${n(330 * (0.6 + 0.4 * shadow))}" ry="42" fill="#20242a" opacity="${n(0.6 * shadow)}" filter="url(#soft)"/>
    <g transform="${stance}">
      ${shift(-12, STRAPS)}
      ${shift(-6, '<path d="M386 262 C 386 176 514 176 514 262" fill="none" stroke="#1a2440" stroke-width="26"/>')}
      <path d="${BODY}" fill="url(#cloth)"/>
      ${weave ? `<path d="${BODY}" fill="#fff" filter="url(#weave)"/>` : ''}
      ${shift(9, drawZip(zip))}
      ${shift(20, POCKET)}
      ${shift(24, LEATHER)}
      <ellipse cx="${n(272 - 8 * turn)}" cy="690" rx="24" ry="290" fill="url(#gleam)" opacity="0.5" transform="rotate(2 272 690)"/>
    </g>`,
  };
}

/** Where the pull of the main zip is when it is open by `zip`. */
export function zipPull(zip: number): { x: number; y: number; angleDegrees: number } {
  const at = Math.min(0.9999, Math.max(0, zip)) * 2;
  const [x0, y0, x1, y1, x2, y2, x3, y3] = ZIP_CURVES[Math.floor(at)] ?? ZIP_CURVES[0];
  const t = at % 1;
  const u = 1 - t;
  const point = (a: number, b: number, c: number, d: number): number =>
    u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * d;
  const slope = (a: number, b: number, c: number, d: number): number =>
    u * u * (b - a) + 2 * u * t * (c - b) + t * t * (d - c);
  return {
    x: point(x0, x1, x2, x3),
    y: point(y0, y1, y2, y3),
    angleDegrees: (Math.atan2(slope(y0, y1, y2, y3), slope(x0, x1, x2, x3)) * 180) / Math.PI,
  };
}

const STRAPS = `<path d="M246 520 C 170 640 168 880 214 1000" fill="none" stroke="#151d33" stroke-width="48" stroke-linecap="round"/>
  <path d="M654 520 C 732 640 734 880 690 1000" fill="none" stroke="#0f1526" stroke-width="48" stroke-linecap="round"/>
  <path d="M240 540 C 174 650 172 870 208 984" fill="none" stroke="#2b385b" stroke-width="6" stroke-linecap="round"/>
  <path d="M660 540 C 726 650 728 870 694 984" fill="none" stroke="#222d4b" stroke-width="6" stroke-linecap="round"/>`;

const POCKET = `<path d="M286 700 Q 450 664 614 700 L 628 960 Q 630 1000 590 1004 L 310 1004 Q 270 1000 272 960 Z" fill="url(#pocket)"/>
  <path d="M286 700 Q 450 664 614 700 L 618 756 Q 450 716 282 756 Z" fill="#18223b"/>
  <path d="M300 742 Q 450 706 600 742" stroke="#c6ccd6" stroke-width="4" fill="none" stroke-dasharray="4 4"/>
  <rect x="592" y="736" width="14" height="52" rx="6" fill="url(#leather)"/>`;

const LEATHER = `<rect x="396" y="520" width="108" height="72" rx="10" fill="url(#leather)"/><rect x="404" y="528" width="92" height="56" rx="7" fill="none" stroke="#f0d3ae" stroke-width="2" stroke-dasharray="5 4"/>
  <path d="M420 572 L 440 544 L 452 560 L 462 550 L 480 572" fill="none" stroke="#5f3717" stroke-width="4" stroke-linejoin="round" stroke-linecap="round"/>
  <rect x="330" y="596" width="30" height="120" rx="6" fill="url(#leather)"/><rect x="540" y="596" width="30" height="120" rx="6" fill="url(#leather)"/>
  <rect x="324" y="690" width="42" height="30" rx="5" fill="#c9ccd2"/><rect x="534" y="690" width="42" height="30" rx="5" fill="#aeb3bb"/>`;

function drawZip(zip: number): string {
  const opened = Array.from({ length: 33 }, (_, index) => zipPull((zip * index) / 32));
  const path = `M${opened.map(({ x, y }) => `${n(x)} ${n(y)}`).join(' L')}`;
  const pull = zipPull(zip);
  const lining =
    zip > 0
      ? `<path d="${path}" fill="none" stroke="#0d1424" stroke-width="30" stroke-linecap="round"/><path d="${path}" fill="none" stroke="#e58a3c" stroke-width="19" stroke-linecap="round"/><path d="${path}" fill="none" stroke="#8f4a14" stroke-width="8" stroke-linecap="round" transform="translate(0 5)" opacity="0.7"/>`
      : '';
  return `<path d="${ZIP}" fill="none" stroke="#0d1424" stroke-width="9"/>
    <path d="${ZIP}" fill="none" stroke="#8fa2c8" stroke-width="2" stroke-dasharray="7 6" transform="translate(0 ${n(12 + 8 * zip)})"/>
    ${lining}
    <g transform="translate(${n(pull.x)} ${n(pull.y)})"><g transform="rotate(${n(pull.angleDegrees)})"><rect x="-15" y="-11" width="30" height="22" rx="6" fill="url(#steel)"/></g>
      <g transform="rotate(${n(zip > 0 && zip < 1 ? 26 * Math.cos((pull.angleDegrees * Math.PI) / 180) : 0)})"><rect x="-6" y="4" width="12" height="18" rx="4" fill="#9ea3ab"/><rect x="-9" y="18" width="18" height="54" rx="8" fill="url(#leather)"/></g></g>`;
}
