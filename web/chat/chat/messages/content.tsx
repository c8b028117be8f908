import type { ComponentChildren } from 'preact';
import type { ChatInvoice, ChatMessage } from '../../../../sandbox/page/protocol.js';
import { describeKind } from '../rules/people.rules.js';
import { Document, Photo, Video } from './media.js';

/** What a bubble shows above its words: pictures, a video, a file, an invoice, or a sign of what cannot be shown. */
export function Content({ messages }: { messages: readonly ChatMessage[] }) {
  const [message] = messages;
  if (!message || message.kind === 'text') return null;
  if (messages.length > 1) return <Album messages={messages} />;
  return <Single message={message} />;
}

/** Whether the inside of a bubble reaches its edges. */
export function isVisual({ kind, media }: ChatMessage): boolean {
  return media !== null && (kind === 'photo' || kind === 'video');
}

function Single({ message }: { message: ChatMessage }): ComponentChildren {
  const { kind, media, invoice } = message;
  if (media && kind === 'photo') return <Photo media={media} />;
  if (media && kind === 'video') return <Video media={media} />;
  if (media) return <Document media={media} />;
  if (invoice) return <InvoiceCard invoice={invoice} />;
  return <OtherKind kind={kind} />;
}

function Album({ messages }: { messages: readonly ChatMessage[] }) {
  return (
    <div class={messages.length % 2 === 1 ? 'album is-odd' : 'album'}>
      {messages.map(({ messageId, media, kind }) => (
        <div key={messageId} class="album-place">
          {media && (kind === 'photo' ? <Photo media={media} isInAlbum /> : <Video media={media} />)}
        </div>
      ))}
    </div>
  );
}

function InvoiceCard({ invoice }: { invoice: ChatInvoice }) {
  return (
    <div class="invoice">
      <p class="invoice-title">{invoice.title}</p>
      <p>{invoice.description}</p>
      <p class="invoice-sum">
        <span>⭐ {invoice.amountStars}</span> Invoice
      </p>
    </div>
  );
}

function OtherKind({ kind }: { kind: string }) {
  const [sign = '📦', ...words] = describeKind(kind).split(' ');
  return (
    <div class="other-kind">
      <span class="other-sign" aria-hidden="true">
        {words.length > 0 ? sign : '📦'}
      </span>
      <span>{words.length > 0 ? words.join(' ') : sign}</span>
    </div>
  );
}
