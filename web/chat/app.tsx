import type { PageState } from '../../sandbox/page/protocol.js';
import { ChatColumn } from './chat/chat-column.js';
import { Overlays } from './chat/dialogs/overlays.js';
import { Toasts } from './chat/dialogs/toasts.js';
import { COMPOSER_ID } from './chat/ui/ids.js';
import { PeopleColumn } from './chat/people/people-column.js';
import { Panel } from './panel/panel.js';
import { hasPanelColumn, hasPeopleColumn } from './state/media-query.js';
import { isConnected, page } from './state/store.js';

/** The whole page: people and their chat, and what happens behind the curtain. */
export function App() {
  return (
    <>
      {page.value ? <Columns state={page.value} /> : <Waiting />}
      <Toasts />
    </>
  );
}

function Columns({ state }: { state: PageState }) {
  return (
    <div class="columns">
      <a class="skip" href={`#${COMPOSER_ID}`}>
        Go to the message field
      </a>
      {hasPeopleColumn.value && <PeopleColumn state={state} />}
      <ChatColumn state={state} />
      {hasPanelColumn.value && (
        <div class="panel-column">
          <Panel state={state} />
        </div>
      )}
      <Overlays state={state} />
    </div>
  );
}

function Waiting() {
  return (
    <main class="waiting">
      <h1 class="visually-hidden">Neurocards: the sandbox</h1>
      <span class="spinner" aria-hidden="true" />
      <p role="status">
        {isConnected.value === false
          ? 'The sandbox does not answer. The page opens by itself as soon as “npm start” runs.'
          : 'Connecting to the sandbox…'}
      </p>
    </main>
  );
}
