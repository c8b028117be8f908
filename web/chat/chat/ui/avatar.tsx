import type { Person } from '../../../../sandbox/page/protocol.js';
import { colourOf, initialsOf } from '../rules/people.rules.js';

/** A face without a photo. It says nothing to a screen reader: the name stands beside it. */
export function Avatar({ who }: { who: Pick<Person, 'id' | 'firstName' | 'lastName'> }) {
  return (
    <span class={`avatar is-colour-${colourOf(who.id)}`} aria-hidden="true">
      {initialsOf(who)}
    </span>
  );
}
