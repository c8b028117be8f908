import { n, type Art } from '../stage.js';

/** How a mug stands there. */
export interface MugPose {
  /** How far it is turned to the left about its own axis. */
  turnRadians: number;
  /** 0 is empty, 1 is full. */
  coffee: number;
  /** Rings on the coffee, from 0 (still) to 1. */
  ripple: number;
}

/** The mug of the photo. */
export const MUG_AT_REST: MugPose = { turnRadians: 0, coffee: 1, ripple: 0 };
/** Its axis, and the height of its rim. */
export const MUG_TOP = { x: 442, y: 520 } as const;

/** Angles from the middle of the front, and heights. */
const SPECKLES: readonly [number, number, number][] = [
  [-0.72, 640, 4],
  [-0.49, 720, 3],
  [-0.1, 650, 4],
  [0.14, 745, 3],
  [0.48, 625, 4],
  [0.78, 700, 4],
  [-0.28, 785, 3],
  [0.34, 690, 3],
  [-0.66, 770, 3],
  [0.64, 775, 3],
  [1.2, 655, 4],
  [1.45, 740, 3],
  [-1.2, 690, 3],
  [-1.5, 620, 4],
  [1.8, 700, 4],
  [-1.9, 760, 3],
];

const DEFS = `
  <linearGradient id="cup" x1="0" x2="1"><stop offset="0" stop-color="#2f5d62"/><stop offset="0.3" stop-color="#7fb3b0"/><stop offset="0.48" stop-color="#5b9794"/><stop offset="1" stop-color="#1c4448"/></linearGradient>
  <linearGradient id="band" x1="0" x2="1"><stop offset="0" stop-color="#b9a68a"/><stop offset="0.3" stop-color="#f6ecdc"/><stop offset="1" stop-color="#8d7b62"/></linearGradient>
  <radialGradient id="coffee" cx="0.42" cy="0.4" r="0.8"><stop offset="0" stop-color="#8a5a34"/><stop offset="1" stop-color="#3b2212"/></radialGradient>
  <clipPath id="inside"><ellipse cx="442" cy="522" rx="194" ry="42"/></clipPath>`;

/** A speckled ceramic mug with a band of bare clay. */
export function mug(pose: MugPose): Art {
  const handle = drawHandle(pose.turnRadians);
  const facesUs = pose.turnRadians > 0.12;
  return {
    defs: DEFS,
    svg: `
    <ellipse cx="500" cy="962" rx="300" ry="46" fill="#3a2414" opacity="0.55" filter="url(#soft)"/>
    <ellipse cx="442" cy="950" rx="176" ry="22" fill="#2a180c" opacity="0.6" filter="url(#softer)"/>
    ${facesUs ? '' : handle}
    <path d="M226 520 C 226 740 246 880 276 934 C 296 968 588 968 608 934 C 638 880 658 740 658 520 Z" fill="url(#cup)"/>
    <path d="M250 812 C 262 868 268 900 282 934 C 300 964 584 964 602 934 C 616 900 622 868 634 812 C 560 850 330 850 250 812 Z" fill="url(#band)"/>
    <g fill="#12383b" opacity="0.45">${SPECKLES.map((speckle) => drawSpeckle(speckle, pose.turnRadians)).join('')}</g>
    ${facesUs ? handle : ''}
    <ellipse cx="442" cy="520" rx="216" ry="52" fill="#24545a"/>
    <ellipse cx="442" cy="522" rx="194" ry="42" fill="#0f2f33"/>
    ${drawCoffee(pose)}
    <path d="M232 516 C 240 476 640 476 652 516" stroke="#d7efed" stroke-width="5" fill="none" opacity="0.7"/>
    <ellipse cx="306" cy="728" rx="26" ry="158" fill="url(#gleam)" transform="rotate(-5 306 728)"/>`,
  };
}

function drawHandle(turnRadians: number): string {
  const squeeze = `translate(442 0) scale(${n(Math.cos(turnRadians))} 1) translate(-442 0)`;
  return `<g transform="${squeeze}"><path d="M628 600 C 792 566 806 822 622 832" fill="none" stroke="#1f4a4e" stroke-width="50" stroke-linecap="round"/>
    <path d="M632 606 C 770 584 780 800 626 816" fill="none" stroke="#6ea5a2" stroke-width="13" stroke-linecap="round" opacity="0.8" filter="url(#edge)"/></g>`;
}

function drawSpeckle([angle, y, radius]: readonly [number, number, number], turnRadians: number): string {
  const seen = angle - turnRadians;
  if (Math.cos(seen) < 0.1) return '';
  const radiusOfMug = 216 - 24 * ((y - 520) / 300) ** 2;
  return `<ellipse cx="${n(442 + radiusOfMug * Math.sin(seen))}" cy="${n(y + 14 * Math.cos(seen) - 10)}" rx="${n(radius * Math.cos(seen))}" ry="${radius}"/>`;
}

function drawCoffee({ coffee, ripple }: MugPose): string {
  if (coffee <= 0) return '';
  const y = 568 - 34 * coffee;
  const width = 166 + 16 * coffee;
  const rings = [0.25, 0.55, 0.9].map((size, index) => {
    const radius = (size * 0.5 + 0.5 * ((ripple * 3 + index / 3) % 1)) * width * 0.8;
    return `<ellipse cx="442" cy="${n(y)}" rx="${n(radius)}" ry="${n(radius * 0.18)}" fill="none" stroke="#c79a6c" stroke-width="4" opacity="${n(0.5 * ripple * (1 - radius / width))}"/>`;
  });
  return `<g clip-path="url(#inside)"><ellipse cx="442" cy="${n(y)}" rx="${n(width)}" ry="33" fill="url(#coffee)"/>${ripple > 0 ? rings.join('') : ''}
    <path d="M318 ${n(y + 2)} q 80 -24 150 0" stroke="#d9b48c" stroke-width="5" fill="none" opacity="0.7" filter="url(#edge)"/></g>`;
}
