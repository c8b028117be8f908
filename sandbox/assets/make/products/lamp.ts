import { n, type Art } from '../stage.js';

/** How a lamp stands there. */
export interface LampPose {
  /** 0 is off, 1 is on; a bulb may be brighter for a moment. */
  light: number;
  /** How its head is turned: 38 in the photo, more looks down. */
  headDegrees: number;
}

/** The lamp of the photo. */
export const LAMP_AT_REST: LampPose = { light: 1, headDegrees: 38 };

const DEFS = `
  <linearGradient id="shade" x1="0" x2="1" y1="0.2" y2="0"><stop offset="0" stop-color="#7c2d1c"/><stop offset="0.38" stop-color="#e0694a"/><stop offset="0.62" stop-color="#c14f33"/><stop offset="1" stop-color="#5d1d10"/></linearGradient>
  <radialGradient id="glow" cx="0.5" cy="0.5" r="0.5"><stop offset="0" stop-color="#fff4cf" stop-opacity="0.95"/><stop offset="0.4" stop-color="#ffdf94" stop-opacity="0.45"/><stop offset="1" stop-color="#ffd27a" stop-opacity="0"/></radialGradient>
  <radialGradient id="bulb" cx="0.5" cy="0.4" r="0.6"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#ffe39a"/></radialGradient>
  <linearGradient id="rod" x1="0" x2="1" y1="0" y2="0"><stop offset="0" stop-color="#6f7378"/><stop offset="0.28" stop-color="#e6e9ec"/><stop offset="0.6" stop-color="#6f7378"/><stop offset="1" stop-color="#151515" stop-opacity="0.85"/></linearGradient>`;

/** A desk lamp with a red shade: the light that it throws, and the lamp before it. */
export function lamp({ light, headDegrees }: LampPose): Art & { halo: string } {
  // The head hangs on the arm's end; what shines from it turns with it.
  const turned = (svg: string): string => `<g transform="rotate(${n(headDegrees - 38)} 430 410)">${svg}</g>`;
  return {
    defs: DEFS,
    halo: `<g opacity="${n(Math.min(1, light))}">${turned('<ellipse cx="290" cy="640" rx="380" ry="380" fill="url(#glow)"/>')}
      <ellipse cx="330" cy="1040" rx="330" ry="60" fill="#ffdc97" opacity="0.5" filter="url(#soft)"/></g>`,
    svg: `
    <ellipse cx="604" cy="1050" rx="210" ry="30" fill="#000" opacity="0.6" filter="url(#soft)"/>
    <path d="M600 1010 L 666 640" stroke="#8b9096" stroke-width="20" stroke-linecap="round"/><path d="M596 1008 L 661 640" stroke="#f0f2f4" stroke-width="5" opacity="0.8"/>
    <path d="M666 640 L 420 400" stroke="#8b9096" stroke-width="20" stroke-linecap="round"/><path d="M664 630 L 420 392" stroke="#f0f2f4" stroke-width="5" opacity="0.8"/>
    <circle cx="666" cy="640" r="25" fill="#3f4348"/><circle cx="661" cy="634" r="9" fill="#c9ced3"/>
    <ellipse cx="604" cy="1024" rx="150" ry="34" fill="#2b2d30"/><path d="M454 1012 A 150 32 0 0 0 754 1012 L 754 1000 A 150 32 0 0 0 454 1000 Z" fill="url(#rod)"/><ellipse cx="604" cy="1000" rx="150" ry="32" fill="#d5d9dd"/><ellipse cx="584" cy="996" rx="112" ry="20" fill="#fff" opacity="0.35"/>
    ${turned(drawHead(light))}`,
  };
}

function drawHead(light: number): string {
  const lit = n(Math.min(1, light));
  return `<g transform="rotate(38 400 430)">
      <ellipse cx="400" cy="622" rx="186" ry="50" fill="#4a231a" opacity="${n(1 - Math.min(1, light))}"/><ellipse cx="400" cy="618" rx="74" ry="38" fill="#8d8a84"/>
      <g opacity="${lit}"><ellipse cx="400" cy="622" rx="186" ry="50" fill="#ffedb8"/><ellipse cx="400" cy="618" rx="74" ry="38" fill="url(#bulb)"/></g>
      <path d="M340 380 C 350 352 450 352 460 380 L 588 616 C 540 656 260 656 212 616 Z" fill="url(#shade)"/>
      <path d="M212 616 C 262 660 538 660 588 616 C 548 634 252 634 212 616 Z" fill="#57291e" opacity="${n(1 - Math.min(1, light))}"/>
      <path d="M212 616 C 262 660 538 660 588 616 C 548 634 252 634 212 616 Z" fill="#fff0c4" opacity="${lit}"/>
      <ellipse cx="312" cy="500" rx="20" ry="118" fill="url(#gleam)" transform="rotate(21 312 500)"/>
      <rect x="374" y="326" width="52" height="44" rx="12" fill="#3f4348"/>
    </g>
    <ellipse cx="282" cy="600" rx="120" ry="90" fill="url(#glow)" opacity="${n(0.85 * Math.min(1, light))}"/>`;
}
