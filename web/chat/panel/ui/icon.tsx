/** Strokes within 16 by 16. Drawn, because some fonts make coloured pictures of the same signs. */
const PATHS = {
  good: 'm3.5 8.5 3 3 6-7',
  bad: 'm4.5 4.5 7 7m0-7-7 7',
  stopped: 'M5.5 5.5h5v5h-5z',
  current: 'M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
  back: 'M6 3.5 3 6.5l3 3M3.5 6.5h6a3 3 0 0 1 0 6h-3',
  play: 'm5.5 3.5 6.5 4.5-6.5 4.5z',
  pause: 'M5.5 4v8M10.5 4v8',
} as const;

/** The name of a sign. */
export type IconName = keyof typeof PATHS;

/** A sign beside words that say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`panel-icon panel-icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
