import type { InlineButton, Invoice, MessageContent, StoredFile, StoredMessage } from '../model.js';
import { renderHtml } from '../render.js';

/** A photo, video or file in a chat; `GET <url of the fake>/_control/file/<fileUniqueId>` gives its bytes. */
export interface ChatMedia {
  kind: StoredFile['kind'];
  fileId: string;
  fileUniqueId: string;
  mimeType: string;
  bytes: number;
  fileName?: string;
  widthPx?: number;
  heightPx?: number;
  durationS?: number;
  supportsStreaming?: boolean;
}

/** What an invoice says to the person; its payload is not shown. */
export type ChatInvoice = Pick<Invoice, 'title' | 'description' | 'amountStars'>;

/** A message as the person sees it now. */
export interface ChatMessage {
  messageId: number;
  from: 'bot' | 'person';
  /** `text`, `photo`, `video`, `document`, `invoice`, what `sendOther` sent, `successful_payment` or `refunded_payment`. */
  kind: string;
  /** The text, the caption of a photo, video or file, or what an invoice says; without markup. */
  text: string;
  /** The same as Telegram's HTML. */
  html: string;
  /** The inline keyboard; null when there is none. */
  keyboard: InlineButton[][] | null;
  /** The keyboard below the input field that this message brought; null when none. */
  replyKeyboard: string[][] | null;
  media: ChatMedia | null;
  /** What the message asks to be paid, in Stars; null when it is no invoice. */
  invoice: ChatInvoice | null;
  mediaGroupId: string | null;
  replyToMessageId: number | null;
  dateS: number;
  edits: number;
  deleted: boolean;
}

/** The message as the person sees it now. */
export function viewMessage(message: StoredMessage): ChatMessage {
  const { content, replyMarkup } = message;
  const file = fileOf(content);
  return {
    messageId: message.messageId,
    from: message.fromBot ? 'bot' : 'person',
    kind: content.kind === 'other' ? content.name : content.kind,
    text: content.body.text,
    html: renderHtml(content.body),
    keyboard: replyMarkup?.kind === 'inline' ? structuredClone(replyMarkup.rows) : null,
    replyKeyboard:
      replyMarkup?.kind === 'keyboard'
        ? replyMarkup.rows.map((row) => row.map((button) => button.text))
        : null,
    media: file ? viewMedia(file) : null,
    invoice: content.kind === 'invoice' ? viewInvoice(content.invoice) : null,
    mediaGroupId: message.mediaGroupId ?? null,
    replyToMessageId: message.replyToMessageId ?? null,
    dateS: message.dateS,
    edits: message.edits,
    deleted: message.deleted,
  };
}

/** The file that a message shows, of a photo the largest size. */
export function fileOf(content: MessageContent): StoredFile | undefined {
  if (content.kind === 'photo') return content.sizes.at(-1);
  return content.kind === 'video' || content.kind === 'document' ? content.file : undefined;
}

function viewInvoice({ title, description, amountStars }: Invoice): ChatInvoice {
  return { title, description, amountStars };
}

function viewMedia(file: StoredFile): ChatMedia {
  const { kind, fileId, fileUniqueId, mimeType, bytes, fileName, widthPx, heightPx } = file;
  const { durationS, supportsStreaming } = file;
  return {
    kind,
    fileId,
    fileUniqueId,
    mimeType,
    bytes,
    fileName,
    widthPx,
    heightPx,
    durationS,
    supportsStreaming,
  };
}
