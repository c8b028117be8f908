import type { PageState } from '../../../sandbox/page/protocol.js';
import { isConnected } from '../state/store.js';
import { ChatHeader } from './chat-header.js';
import { Composer } from './composer/composer.js';
import { DropZones } from './composer/drop-zones.js';
import { MessageList } from './messages/message-list.js';

/** The person's chat with the bot. */
export function ChatColumn({ state }: { state: PageState }) {
  const person = state.people.find(({ id }) => id === state.personId);
  const canSend = person?.started && !person.blocked && !person.deactivated;
  return (
    <main class="chat">
      <ChatHeader state={state} person={person} />
      <Disconnected />
      <MessageList state={state} />
      {person ? (
        <Composer state={state} person={person} />
      ) : (
        <p class="composer-note">Add a person to begin.</p>
      )}
      {canSend && <DropZones personId={person.id} />}
    </main>
  );
}

function Disconnected() {
  return (
    <div role="alert">
      {isConnected.value === false && (
        <p class="banner">
          <span class="spinner" aria-hidden="true" />
          The sandbox does not answer. The page connects again by itself as soon as “npm start” runs.
        </p>
      )}
    </div>
  );
}
