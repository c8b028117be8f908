import { memo } from 'preact/compat';
import type { ChatMessage } from '../../../../sandbox/page/protocol.js';
import { type BubbleRow, isSameRow } from '../rules/grouping.rules.js';
import { describeKind } from '../rules/people.rules.js';
import { formatTime } from '../rules/words.rules.js';
import { Icon } from '../../../ui/icon.js';
import { Content, isVisual } from './content.js';
import { Keyboard } from './keyboard.js';
import { RichText } from './rich-text.js';

interface BubbleProps {
  row: BubbleRow;
  personId: number;
  /** What it answers, where that is still there. */
  replied: ChatMessage | null;
  /** Who speaks, for those who do not see the sides. */
  author: string;
}

/** A message, or an album, with its words, its time and its buttons. */
export const Bubble = memo(
  function Bubble({ row, personId, replied, author }: BubbleProps) {
    const [first] = row.messages;
    if (!first) return null;
    // Telegram shows the caption and the buttons of an album's only message that has any.
    const worded = row.messages.find(({ html }) => html !== '') ?? first;
    return (
      <article
        id={`message-${first.messageId}`}
        class={classOf(row, first)}
        data-message-id={first.messageId}
        data-from={first.from}
        data-kind={first.kind}
        aria-label={`${author}, ${formatTime(first.dateS)}`}
      >
        <div class="bubble">
          {replied && <Quote message={replied} />}
          <Content messages={row.messages} />
          <Words message={worded} personId={personId} />
          {row.isLast && <Tail />}
        </div>
        <Keyboard message={worded} personId={personId} />
      </article>
    );
  },
  (one, other) =>
    one.personId === other.personId &&
    one.replied === other.replied &&
    one.author === other.author &&
    isSameRow(one.row, other.row),
);

function classOf(row: BubbleRow, first: ChatMessage): string {
  return [
    'message',
    first.from === 'bot' ? 'is-in' : 'is-out',
    row.isFirst ? 'is-first' : '',
    row.isLast ? 'is-last' : '',
    isVisual(first) ? 'is-visual' : '',
    row.messages.some(({ html }) => html !== '') ? '' : 'is-wordless',
    row.messages.length > 1 ? 'has-album' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The text or caption with the time in its last line. What an invoice says stands on its card. */
function Words({ message, personId }: { message: ChatMessage; personId: number }) {
  const isCard = message.invoice !== null;
  return (
    <div class="words">
      {!isCard && message.html !== '' && <RichText html={message.html} personId={personId} />}
      <span class="moment">
        {message.edits > 0 && 'edited '}
        <time dateTime={new Date(message.dateS * 1000).toISOString()}>{formatTime(message.dateS)}</time>
        {message.from === 'person' && <Icon name="checks" />}
      </span>
    </div>
  );
}

function Quote({ message }: { message: ChatMessage }) {
  const text = message.text || describeKind(message.kind);
  return (
    <a class="quote" href={`#message-${message.messageId}`}>
      {text}
    </a>
  );
}

function Tail() {
  return (
    <svg class="tail" viewBox="0 0 9 18" aria-hidden="true">
      <path d="M9 0v18H2.2C.9 18 .3 16.5 1.3 15.6 5.5 12 9 7 9 0Z" />
    </svg>
  );
}
