/** What all drawings share. A scene is 900 units wide, as the photos are; a frame of video shows it through a camera. */

/** The sides of a video in pixels. */
export const FRAME = { widthPx: 480, heightPx: 854 } as const;
/** What is in the middle of a frame while the camera stands still. */
const MIDDLE = { x: 450, y: 720 } as const;
const PIXELS_PER_UNIT = FRAME.widthPx / 900;

/** A drawn thing: what goes into `<defs>`, and the thing. */
export interface Art {
  defs: string;
  svg: string;
}

/** Where a camera looks, in units of the scene, and how near it is: at 1 the whole width is seen. */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
  rollDegrees?: number;
}

/** A part of a video with a camera that goes from one place to another; `t` runs from 0 to 1 over the whole video. */
export interface Shot {
  until: number;
  from: Camera;
  to: Camera;
}

/** Blurs by radius in units, which reach far, so that a thin stroke is not cut off; and `gleam`, a soft light for an ellipse. */
export const COMMON_DEFS = [
  ['edge', 3],
  ['softer', 9],
  ['soft', 22],
  ['haze', 48],
]
  .map(
    ([id, radius]) =>
      `<filter id="${id}" filterUnits="userSpaceOnUse" x="-900" y="-900" width="2700" height="3200"><feGaussianBlur stdDeviation="${radius}"/></filter>`,
  )
  .join('')
  .concat(
    '<radialGradient id="gleam"><stop offset="0" stop-color="#fff" stop-opacity="0.5"/><stop offset="0.5" stop-color="#fff" stop-opacity="0.26"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>',
  );

/** From 0 to 1, slowly at both ends; what is outside of 0 to 1 stays at the ends. */
export function ease(share: number): number {
  const t = Math.min(1, Math.max(0, share));
  return t * t * (3 - 2 * t);
}

/** How far `t` has come on the way from `start` to `end`, eased. */
export function progress(t: number, start: number, end: number): number {
  return ease((t - start) / (end - start));
}

/** A value between two, eased by {@link ease}. */
export function between(from: number, to: number, share: number): number {
  return from + (to - from) * ease(share);
}

/** A swing between -1 and 1, `turns` times over the whole video. */
export function swing(t: number, turns: number, phase = 0): number {
  return Math.sin(Math.PI * 2 * (t * turns + phase));
}

/** A number as SVG needs it. */
export function n(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** Where the camera is at `t`. Within a shot it moves evenly, so that a cut meets a camera that moves. */
export function cameraAt(shots: readonly Shot[], t: number): Camera {
  const index = Math.max(
    0,
    shots.findIndex((shot) => t < shot.until),
  );
  const shot = shots[index] as Shot;
  const start = shots[index - 1]?.until ?? 0;
  const share = Math.sin((Math.PI / 2) * ((t - start) / (shot.until - start)));
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    x: mix(shot.from.x, shot.to.x),
    y: mix(shot.from.y, shot.to.y),
    zoom: mix(shot.from.zoom, shot.to.zoom),
    rollDegrees: mix(shot.from.rollDegrees ?? 0, shot.to.rollDegrees ?? 0),
  };
}

/** What lies at a depth as the camera sees it: 1 is where the product stands, less is behind it and moves less. */
export function layer({ x, y, zoom, rollDegrees = 0 }: Camera, depth: number, svg: string): string {
  const scale = PIXELS_PER_UNIT * (1 + (zoom - 1) * depth);
  const seen = { x: MIDDLE.x + (x - MIDDLE.x) * depth, y: MIDDLE.y + (y - MIDDLE.y) * depth };
  const transform = `translate(${FRAME.widthPx / 2} ${FRAME.heightPx / 2}) scale(${n(scale)}) rotate(${n(rollDegrees)}) translate(${n(-seen.x)} ${n(-seen.y)})`;
  return `<g transform="${transform}">${svg}</g>`;
}

/** A whole frame. */
export function frame(defs: string, svg: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${FRAME.widthPx}" height="${FRAME.heightPx}"><defs>${COMMON_DEFS}${defs}</defs>${svg}</svg>`;
}

/** A wall and a table that reach as far as a camera may look. */
export function room({ wall, table, tableTop }: { wall: string; table: string; tableTop: number }): string {
  return `<rect x="-900" y="-900" width="2700" height="${tableTop + 900}" fill="${wall}"/>
    <rect x="-900" y="${tableTop}" width="2700" height="1600" fill="${table}"/>
    <rect x="-900" y="${tableTop - 6}" width="2700" height="14" fill="#000" opacity="0.12" filter="url(#softer)"/>`;
}

/** A stripe of light over the whole frame that goes from left to right while `share` goes from 0 to 1. */
export function lightSweep(share: number, opacity: number): Art {
  const x = -320 + 1120 * share;
  return {
    defs: `<linearGradient id="sweep"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="0.5" stop-color="#fff" stop-opacity="${opacity}"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient>`,
    svg: `<rect x="${n(x)}" y="-200" width="210" height="1250" fill="url(#sweep)" transform="rotate(16 240 427)"/>`,
  };
}
