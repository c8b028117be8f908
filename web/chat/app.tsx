import { ChatColumn } from './chat/chat-column.js';
import { Panel } from './panel/panel.js';
import { page } from './state/store.js';

/** The whole page: people and their chat, and what happens behind the curtain. */
export function App() {
  if (!page.value) return <p role="status">Connecting to the sandbox…</p>;
  return (
    <>
      <ChatColumn state={page.value} />
      <Panel state={page.value} />
    </>
  );
}
