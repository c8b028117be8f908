import { Empty } from '../ui/parts.js';

interface BreakdownProps {
  title: string;
  rows: readonly { name: string; value: number; text: string; href?: string }[];
  /** What there is to say where there are no rows. */
  empty: string;
}

/** Values in words, beside bars of their length. */
export function Breakdown({ title, rows, empty }: BreakdownProps) {
  const max = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      {rows.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : (
        <ul class="breakdown">
          {rows.map(({ name, value, text, href }) => (
            <li key={name}>
              <span>{href ? <a href={href}>{name}</a> : name}</span>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="is-series-0" width={(value / max) * 100} height={8} rx={2} />
              </svg>
              <strong>{text}</strong>
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
