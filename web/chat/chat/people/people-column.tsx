import type { PageState } from '../../../../sandbox/page/protocol.js';
import { PeopleList } from './people-list.js';

/** The people beside the chat, where there is room for them. */
export function PeopleColumn({ state }: { state: PageState }) {
  return (
    <nav class="people-column" aria-label="People">
      <h2 class="column-title">People</h2>
      <PeopleList state={state} />
    </nav>
  );
}
