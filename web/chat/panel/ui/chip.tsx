import type { ComponentChildren } from 'preact';
import type { Tone } from '../../../ui/words/words.data.js';
import { Icon, type IconName } from './icon.js';

/** A short word about a state. */
export function Chip(props: { tone?: Tone; icon?: IconName | undefined; children: ComponentChildren }) {
  const { tone = 'plain', icon, children } = props;
  return (
    <span class={`panel-chip panel-chip-${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}
