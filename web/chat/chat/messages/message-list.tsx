import { useMemo } from 'preact/hooks';
import type { ChatMessage, PageState } from '../../../../sandbox/page/protocol.js';
import { type ChatRow, groupMessages } from '../rules/grouping.rules.js';
import { formatDay } from '../rules/words.rules.js';
import { Icon } from '../../../ui/icon.js';
import { FIELD_ID } from '../ui/ids.js';
import { Bubble } from './bubble.js';
import { useEndOfList } from './stick-to-end.js';

/** Everything that was said in the chat. */
export function MessageList({ state }: { state: PageState }) {
  const { messages, personId, bot } = state;
  const person = state.people.find(({ id }) => id === personId);
  const rows = useMemo(() => groupMessages(messages, dayOf), [messages]);
  const { ref, isAway, missed, goToEnd } = useEndOfList(messages, personId);
  return (
    <div class="messages">
      <div
        ref={ref}
        class="messages-scroll"
        role="log"
        aria-live="polite"
        aria-label={`Chat with ${bot.firstName}`}
        lang={person?.languageCode}
        tabIndex={0}
        onKeyDown={typeIntoField}
      >
        <div class="messages-inside">
          {rows.length === 0 && <Nothing name={bot.firstName} />}
          {rows.map((row) => (
            <Row
              key={row.key}
              row={row}
              personId={personId ?? 0}
              messages={messages}
              names={{ bot: bot.firstName, person: person?.firstName ?? 'You' }}
            />
          ))}
        </div>
      </div>
      {isAway && (
        <button type="button" class="to-end" aria-label={endLabel(missed)} onClick={goToEnd}>
          <Icon name="down" />
          {missed > 0 && <span class="badge">{missed}</span>}
        </button>
      )}
    </div>
  );
}

interface RowProps {
  row: ChatRow;
  personId: number;
  messages: readonly ChatMessage[];
  names: Readonly<Record<ChatMessage['from'], string>>;
}

function Row({ row, personId, messages, names }: RowProps) {
  if (row.kind === 'day') {
    return (
      <p class="pill" lang="en">
        {formatDay(row.dateS, Date.now())}
      </p>
    );
  }
  if (row.kind === 'service') return <Service message={row.message} />;
  const [first] = row.messages;
  const repliedId = first?.replyToMessageId ?? null;
  const replied = repliedId === null ? undefined : messages.find(({ messageId }) => messageId === repliedId);
  return (
    <Bubble row={row} personId={personId} replied={replied ?? null} author={names[first?.from ?? 'bot']} />
  );
}

function Service({ message: { messageId, from, kind } }: { message: ChatMessage }) {
  return (
    <article data-message-id={messageId} data-from={from} data-kind={kind} class="service" lang="en">
      <p class="pill">
        {kind === 'successful_payment'
          ? '⭐ The payment in Stars went through'
          : '⭐ The Stars were given back'}
      </p>
    </article>
  );
}

function Nothing({ name }: { name: string }) {
  return (
    <p class="nothing" lang="en">
      <strong>No messages here yet</strong>
      {name} waits for you to begin.
    </p>
  );
}

/** Whoever types while they read means the input field. */
function typeIntoField({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void {
  const isLetter = key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey;
  if (isLetter) document.getElementById(FIELD_ID)?.focus();
}

function endLabel(missed: number): string {
  return missed > 0 ? `Go to the newest messages: ${missed} new` : 'Go to the newest messages';
}

function dayOf(dateS: number): string {
  return new Date(dateS * 1000).toDateString();
}
