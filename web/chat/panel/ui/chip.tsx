import type { ComponentChildren } from 'preact';
import type { Tone } from '../words/words.data.js';

/** A short word about a state. */
export function Chip({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`panel-chip panel-chip-${tone}`}>{children}</span>;
}
