import type { PageState } from '../../../sandbox/page/protocol.js';

/** The person's chat with the bot. */
export function ChatColumn({ state }: { state: PageState }) {
  return <main>{state.messages.length}</main>;
}
