/** Five seconds about a gift box that turns on a podium in warm light: for every product that is no sample. */
import { ease, FRAME } from '../stage.js';

const { widthPx: WIDTH, heightPx: HEIGHT } = FRAME;
const FULL_TURN = Math.PI * 2;

function sparkle(index: number, t: number): string {
  const x = (index * 97 + 40) % WIDTH;
  const drift = (t * (0.25 + (index % 4) * 0.08) + ((index * 0.137) % 1)) % 1;
  const y = HEIGHT * (0.95 - drift);
  const radius = 2 + (index % 4) * 1.6;
  const opacity = 0.65 * Math.sin(Math.PI * drift);
  return `<circle cx="${x + 14 * Math.sin(FULL_TURN * (t + index / 9))}" cy="${y}" r="${radius}" fill="#fff3d6" opacity="${opacity.toFixed(3)}"/>`;
}

/** The box as two visible faces of a turning prism, its lid and the ribbon across them. */
function box(t: number): string {
  const angle = Math.PI / 4 + 0.3 * Math.sin(FULL_TURN * t);
  const half = 92;
  const left = half * (Math.cos(angle) + Math.sin(angle)) * 0.98;
  const edge = half * (Math.sin(angle) - Math.cos(angle)) * 0.98;
  const depth = 24;
  const top = -120;
  const bottom = 92;
  const face = (from: number, to: number, fill: string, [y0, y1]: [number, number]): string => {
    const lift = (x: number): number => (depth * (left - Math.abs(x - edge) * 0.6)) / (left * 1.6);
    return `<path d="M${from} ${y0 + lift(from) - depth} L${to} ${y0 + lift(to) - depth} L${to} ${y1 + lift(to) - depth} L${from} ${y1 + lift(from) - depth} Z" fill="${fill}"/>`;
  };
  const ribbon = (from: number, to: number, fill: string): string => {
    const middle = (from + to) / 2;
    const width = (to - from) * 0.09;
    return face(middle - width, middle + width, fill, [top - 2, bottom]);
  };
  const lid = `<path d="M${-left} ${top - 4} L${edge} ${top + 20} L${left} ${top - 4} L${-edge} ${top - 34} Z" fill="#ffb59c"/>`;
  const bow = `<g transform="translate(0 ${top - 16})"><path d="M0 0 C -62 -60 -92 -4 0 4 Z" fill="#fff1dc"/><path d="M0 0 C 62 -60 92 -4 0 4 Z" fill="#f5d9b4"/><circle r="13" cy="-2" fill="#ffe6c4"/></g>`;
  return [
    face(-left, edge, 'url(#faceL)', [top, bottom]),
    face(edge, left, 'url(#faceR)', [top, bottom]),
    ribbon(-left, edge, '#ffe9cb'),
    ribbon(edge, left, '#e9c79b'),
    lid,
    face(-left, edge, '#ff9377', [top - 6, top + 26]),
    face(edge, left, '#d9593f', [top - 6, top + 26]),
    bow,
  ].join('');
}

function stars(t: number): string {
  const star = 'M0 -16 L4.7 -5 L16 -4.6 L7 3 L10 14.5 L0 8 L-10 14.5 L-7 3 L-16 -4.6 L-4.7 -5 Z';
  return Array.from({ length: 5 }, (_, index) => {
    const shown = ease((t - 0.3 - index * 0.06) / 0.1);
    return `<path transform="translate(${WIDTH / 2 + (index - 2) * 44} 742) scale(${shown.toFixed(3)})" d="${star}" fill="#ffd266"/>`;
  }).join('');
}

/** The frame at `t`, from 0 to 1. */
export function giftFrame(t: number): string {
  const zoom = 1.12 + 0.16 * ease(t);
  const bob = 5 * Math.sin(FULL_TURN * t * 1.5);
  const sweep = -300 + 1100 * ease((t - 0.45) / 0.35);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="${(0.3 * Math.sin(FULL_TURN * t)).toFixed(3)}" y2="1"><stop offset="0" stop-color="#3b1d60"/><stop offset="0.5" stop-color="#b0436f"/><stop offset="1" stop-color="#ffb27a"/></linearGradient>
    <radialGradient id="halo"><stop offset="0" stop-color="#fff" stop-opacity="0.55"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    <linearGradient id="faceL" x1="0" x2="1"><stop offset="0" stop-color="#ff7a5c"/><stop offset="1" stop-color="#ff9d80"/></linearGradient>
    <linearGradient id="faceR" x1="0" x2="1"><stop offset="0" stop-color="#cf4e38"/><stop offset="1" stop-color="#8e2c26"/></linearGradient>
    <linearGradient id="podium" x1="0" x2="1"><stop offset="0" stop-color="#e9c9d8"/><stop offset="0.35" stop-color="#fff6f4"/><stop offset="1" stop-color="#a86a8c"/></linearGradient>
    <linearGradient id="shine" x1="0" x2="1"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="0.5" stop-color="#fff" stop-opacity="0.30"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient>
  </defs>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>
  <circle cx="240" cy="390" r="${260 + 14 * Math.sin(FULL_TURN * t)}" fill="url(#halo)"/>
  ${Array.from({ length: 14 }, (_, index) => sparkle(index, t)).join('')}
  <ellipse cx="240" cy="682" rx="200" ry="26" fill="#3b1230" opacity="0.35"/>
  <path d="M62 566 L62 640 A178 40 0 0 0 418 640 L418 566 Z" fill="url(#podium)"/>
  <ellipse cx="240" cy="566" rx="178" ry="40" fill="#fff4f0"/>
  <ellipse cx="240" cy="566" rx="${118 * zoom}" ry="${22 * zoom}" fill="#7c2f4c" opacity="0.30"/>
  <g transform="translate(240 ${470 + bob}) scale(${zoom.toFixed(4)})">${box(t)}</g>
  ${stars(t)}
  <rect x="${sweep.toFixed(1)}" y="-100" width="170" height="1100" fill="url(#shine)" transform="rotate(16 240 427)"/>
</svg>`;
}
