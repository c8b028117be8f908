import type { PageState } from '../../../sandbox/page/protocol.js';

/** What happens behind the curtain, and how to make it go wrong. */
export function Panel({ state }: { state: PageState }) {
  return <aside>{state.calls.length}</aside>;
}
