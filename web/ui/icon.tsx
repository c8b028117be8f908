/** Strokes within 24 by 24. */
const PATHS = {
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  attach:
    'm20 11.5-7.8 7.8a5 5 0 0 1-7.1-7.1l8.2-8.2a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.7 1.7 0 0 1-2.4-2.4l7.3-7.3',
  send: 'M4 12 3.5 4.5 21 12 3.5 19.5 4 12Zm0 0h8',
  down: 'm6 9 6 6 6-6',
  close: 'M6 6l12 12M18 6 6 18',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20v-1.5a4.5 4.5 0 0 1 4.5-4.5h4a4.5 4.5 0 0 1 4.5 4.5V20M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.3a4.5 4.5 0 0 1 3.5 4.2V20',
  panel: 'M4 4h16v16H4zM14.5 4v16M7 8h4M7 12h4M7 16h2',
  plus: 'M12 5v14M5 12h14',
  out: 'M9 5h10v10M19 5 6 18',
  play: 'M8 5.5v13l11-6.5-11-6.5Z',
  file: 'M6 3h8l4 4v14H6V3Zm8 0v4h4',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 9v.01',
  box: 'm12 3 8 4.2v9.6L12 21l-8-4.2V7.2L12 3Zm0 9 8-4.8M12 12 4 7.2M12 12v9',
  menu: 'M4 7h16M4 12h16M4 17h16',
  checks: 'm2.5 13 4 4L15 8M11 16l1 1 9-9.5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  block: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 15l4-6M12 15v.01',
  chosen: 'm5 12.5 4.5 4.5L19 7.5',
} as const;

/** The name of a sign. */
export type IconName = keyof typeof PATHS;

/** A sign that says nothing to a screen reader: what it stands on has a name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
