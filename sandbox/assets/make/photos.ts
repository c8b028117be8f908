/** The sample product photos as SVG scenes, 900 x 1200: what a seller might take at home against a plain wall. */
import { backpack, BACKPACK_AT_REST } from './products/backpack.js';
import { lamp, LAMP_AT_REST } from './products/lamp.js';
import { mug, MUG_AT_REST } from './products/mug.js';
import { perfume, PERFUME_AT_REST } from './products/perfume.js';
import { COMMON_DEFS, type Art } from './stage.js';

/** The sides of a photo in pixels. */
export const PHOTO = { widthPx: 900, heightPx: 1200 } as const;

function scene(
  { wall, table, tableTop }: { wall: [string, string]; table: [string, string]; tableTop: number },
  { defs, svg }: Art,
): string {
  const { widthPx, heightPx } = PHOTO;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
  <defs>
    <radialGradient id="wall" cx="0.32" cy="0.22" r="1"><stop offset="0" stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></radialGradient>
    <linearGradient id="table" x1="0" y1="0" x2="0.3" y2="1"><stop offset="0" stop-color="${table[0]}"/><stop offset="1" stop-color="${table[1]}"/></linearGradient>
    ${COMMON_DEFS}${defs}
  </defs>
  <rect width="${widthPx}" height="${heightPx}" fill="url(#wall)"/>
  <rect y="${tableTop}" width="${widthPx}" height="${heightPx - tableTop}" fill="url(#table)"/>
  <rect y="${tableTop - 6}" width="${widthPx}" height="14" fill="#000" opacity="0.10" filter="url(#softer)"/>
  ${svg}
</svg>`;
}

const STEAM =
  '<g fill="none" stroke="#fff" stroke-width="16" opacity="0.28" filter="url(#softer)"><path d="M388 470 q -36 -70 8 -130 q 34 -56 -4 -120"/><path d="M486 470 q 38 -74 -2 -140 q -30 -52 8 -100"/></g>';

const mugArt = mug(MUG_AT_REST);
const lampArt = lamp(LAMP_AT_REST);

/** A speckled ceramic mug on a light table. */
export const MUG = scene(
  { wall: ['#f3eee6', '#cfc5b6'], table: ['#d8b48a', '#a97c52'], tableTop: 830 },
  { defs: mugArt.defs, svg: mugArt.svg + STEAM },
);

/** An urban backpack standing against a grey wall. */
export const BACKPACK = scene(
  { wall: ['#eceff1', '#b7c0c7'], table: ['#c9c5bf', '#97928b'], tableTop: 980 },
  backpack(BACKPACK_AT_REST, true),
);

/** A lit desk lamp on a dark desk. */
export const LAMP = scene(
  { wall: ['#f6dfb4', '#8c7558'], table: ['#6b4a33', '#3a2618'], tableTop: 960 },
  { defs: lampArt.defs, svg: lampArt.halo + lampArt.svg },
);

/** A bottle of perfume on a light shelf. */
export const PERFUME = scene(
  { wall: ['#fbeeea', '#d9b3b3'], table: ['#f4ece8', '#c9b4b0'], tableTop: 860 },
  perfume(PERFUME_AT_REST),
);
