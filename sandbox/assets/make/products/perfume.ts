import { n, type Art } from '../stage.js';

/** How a bottle stands there. */
export interface PerfumePose {
  /** From -1 to 1: where the light falls on the glass. */
  light: number;
  /** From -1 to 1: how the liquid leans. */
  slosh: number;
  /** How far the cap is above its place, in units. */
  capLift: number;
  /** How far the pump is pressed, from 0 to 1. */
  press: number;
}

/** The bottle of the photo. */
export const PERFUME_AT_REST: PerfumePose = { light: 0, slosh: 0, capLift: 0, press: 0 };
/** Where the mist comes out while the pump is up. */
export const PERFUME_NOZZLE = { x: 424, y: 436 } as const;

const DEFS = `
  <linearGradient id="liquid" x1="0" y1="0" x2="0.7" y2="1"><stop offset="0" stop-color="#ffc3a1"/><stop offset="0.5" stop-color="#f0829a"/><stop offset="1" stop-color="#a93f74"/></linearGradient>
  <linearGradient id="glass" x1="0" x2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.75"/><stop offset="0.12" stop-color="#fff" stop-opacity="0.18"/><stop offset="0.5" stop-color="#fff" stop-opacity="0.06"/><stop offset="0.88" stop-color="#7c3f5c" stop-opacity="0.16"/><stop offset="1" stop-color="#fff" stop-opacity="0.6"/></linearGradient>
  <linearGradient id="gold" x1="0" x2="1"><stop offset="0" stop-color="#7d5a22"/><stop offset="0.22" stop-color="#f7e3a8"/><stop offset="0.42" stop-color="#c99a45"/><stop offset="0.7" stop-color="#8a6224"/><stop offset="0.9" stop-color="#e8c880"/><stop offset="1" stop-color="#6a4a1a"/></linearGradient>
  <linearGradient id="lacquer" x1="0" x2="1"><stop offset="0" stop-color="#1c1420"/><stop offset="0.2" stop-color="#6a5670"/><stop offset="0.34" stop-color="#2c2132"/><stop offset="0.85" stop-color="#140d18"/><stop offset="1" stop-color="#55445c"/></linearGradient>
  <linearGradient id="label" x1="0" x2="1"><stop offset="0" stop-color="#fff9f0"/><stop offset="1" stop-color="#f1dccf"/></linearGradient>
  <clipPath id="flask"><path d="M352 574 L 548 574 Q 574 574 574 602 L 574 872 Q 574 900 546 900 L 354 900 Q 326 900 326 872 L 326 602 Q 326 574 352 574 Z"/></clipPath>`;

/** A bottle of perfume: thick glass, a rosy liquid, a black cap on a gold collar. */
export function perfume(pose: PerfumePose): Art {
  return {
    defs: DEFS,
    svg: `
    <ellipse cx="470" cy="972" rx="240" ry="30" fill="#5a2a3e" opacity="0.5" filter="url(#soft)"/>
    <ellipse cx="${n(640 + 60 * pose.light)}" cy="1000" rx="170" ry="26" fill="#ff9fa6" opacity="0.6" filter="url(#soft)"/>
    <ellipse cx="${n(610 + 70 * pose.light)}" cy="992" rx="70" ry="9" fill="#fff1e6" opacity="0.8" filter="url(#softer)"/>
    ${drawPump(pose)}
    <path d="M340 520 L 560 520 Q 612 520 612 572 L 612 920 Q 612 968 564 968 L 336 968 Q 288 968 288 920 L 288 572 Q 288 520 340 520 Z" fill="#f7e6e6" opacity="0.82"/>
    ${drawLiquid(pose)}
    <path d="M340 520 L 560 520 Q 612 520 612 572 L 612 920 Q 612 968 564 968 L 336 968 Q 288 968 288 920 L 288 572 Q 288 520 340 520 Z" fill="url(#glass)" stroke="#fff" stroke-opacity="0.7" stroke-width="3"/>
    <path d="M300 930 Q 450 912 600 930" stroke="#fff" stroke-width="4" fill="none" opacity="0.7"/><path d="M318 950 Q 450 938 582 950" stroke="#d98aa0" stroke-width="6" fill="none" opacity="0.45"/>
    <g clip-path="url(#flask)"><path d="M${n(300 + 120 * pose.light)} 960 L ${n(420 + 120 * pose.light)} 540 L ${n(470 + 120 * pose.light)} 540 L ${n(350 + 120 * pose.light)} 960 Z" fill="#fff" opacity="0.22"/></g>
    <rect x="376" y="668" width="148" height="148" rx="6" fill="url(#label)"/><rect x="386" y="678" width="128" height="128" rx="3" fill="none" stroke="#c99a45" stroke-width="2"/>
    ${FLOWER}
    <path d="M418 780 L 482 780" stroke="#8a6224" stroke-width="3"/><path d="M432 790 L 468 790" stroke="#8a6224" stroke-width="2"/>
    <ellipse cx="306" cy="744" rx="9" ry="190" fill="url(#gleam)"/><ellipse cx="597" cy="744" rx="6" ry="170" fill="url(#gleam)"/>`,
  };
}

const FLOWER = [0, 60, 120, 180, 240, 300]
  .map(
    (angle) =>
      `<ellipse cx="450" cy="711" rx="9" ry="19" fill="#e58a9d" opacity="0.85" transform="rotate(${angle} 450 730)"/>`,
  )
  .join('')
  .concat('<circle cx="450" cy="730" r="8" fill="#c99a45"/>');

function drawLiquid({ slosh }: PerfumePose): string {
  const tilt = 16 * slosh;
  return `<g clip-path="url(#flask)"><rect x="320" y="570" width="260" height="340" fill="#fff4f0" opacity="0.7"/>
    <path d="M320 ${n(612 + tilt)} Q 385 ${n(604 + tilt * 1.4)} 450 612 T 580 ${n(612 - tilt)} L 580 910 L 320 910 Z" fill="url(#liquid)"/>
    <path d="M320 ${n(612 + tilt)} Q 385 ${n(604 + tilt * 1.4)} 450 612 T 580 ${n(612 - tilt)}" fill="none" stroke="#fff0e4" stroke-width="6" opacity="0.85"/>
    <path d="M450 614 L 446 900" stroke="#fff" stroke-width="7" opacity="0.35"/></g>`;
}

function drawPump({ capLift, press }: PerfumePose): string {
  const down = 14 * press;
  return `<g transform="translate(0 ${n(down)})"><rect x="432" y="440" width="36" height="60" fill="url(#gold)"/>
      <path d="M420 424 Q 420 414 430 414 L 470 414 Q 480 414 480 424 L 480 452 L 420 452 Z" fill="url(#gold)"/><circle cx="424" cy="436" r="4" fill="#3f2c0e"/></g>
    <rect x="396" y="488" width="108" height="36" rx="6" fill="url(#gold)"/><path d="M396 500 L 504 500" stroke="#6a4a1a" stroke-width="2" opacity="0.6"/>
    <g transform="translate(0 ${n(-capLift)})"><rect x="382" y="330" width="136" height="160" rx="12" fill="url(#lacquer)"/><rect x="382" y="470" width="136" height="20" rx="6" fill="url(#gold)"/><path d="M386 336 Q 450 326 514 336" stroke="#b7a3bd" stroke-width="4" fill="none" opacity="0.8"/></g>`;
}
