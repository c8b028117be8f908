import { createReadStream, type ReadStream } from 'node:fs';
import { once } from 'node:events';
import type { Message } from 'telegraf/types';
import { CAPTION_LENGTH_MAX, toReplyMarkup, type OutgoingMessage } from './outgoing-message.js';
import { htmlToPlain, shorten } from './html.js';
import type { TelegramTransport } from './telegram-transport.js';

/** A file of ours. Without its sizes clients may show a square. */
interface VideoFileSource {
  filePath: string;
  widthPx: number;
  heightPx: number;
  durationS: number;
}

/** What is sent: a file of ours, or one that Telegram has already, and knows the sizes of. */
export type VideoSource = VideoFileSource | { fileId: string };

export interface VideoUpload {
  chatId: number;
  video: VideoSource;
  message: OutgoingMessage;
  timeoutMs: number;
  /** Send the caption without formatting: Telegram could not parse it. */
  plain?: boolean;
}

/**
 * One `sendVideo` (https://core.telegram.org/bots/api#sendvideo). A file is streamed from disk, opened anew by each call; if
 * it fails while it is read, the call is ended at once, because Telegraf alone would wait for ever.
 *
 * @throws TelegramError: `not_sent` when the file could not be read to its end (a cut-off upload is never published).
 */
export async function uploadVideo(transport: TelegramTransport, upload: VideoUpload): Promise<Message> {
  const { video } = upload;
  if ('fileId' in video) return send(transport, upload, video.fileId);
  const unreadable = new AbortController();
  const stream = createReadStream(video.filePath);
  try {
    await opened(transport, stream);
    stream.once('error', (error) => unreadable.abort(error));
    return await send(transport, upload, { source: stream, filename: 'video.mp4' }, unreadable.signal);
  } finally {
    stream.destroy();
  }
}

async function opened(transport: TelegramTransport, stream: ReadStream): Promise<void> {
  try {
    await once(stream, 'open');
  } catch (error) {
    throw transport.failure('sendVideo', error, 'source');
  }
}

function send(
  transport: TelegramTransport,
  { chatId, video, message, timeoutMs, plain }: VideoUpload,
  source: string | { source: ReadStream; filename: string },
  sourceSignal?: AbortSignal,
): Promise<Message> {
  return transport.call(
    'sendVideo',
    {
      chat_id: chatId,
      video: source,
      ...('fileId' in video ? {} : sizesOf(video)),
      caption: plain ? shorten(htmlToPlain(message.text), CAPTION_LENGTH_MAX) : message.text,
      parse_mode: plain ? undefined : 'HTML',
      reply_markup: toReplyMarkup(message.keyboard),
    },
    { timeoutMs, sourceSignal },
  );
}

function sizesOf({ widthPx, heightPx, durationS }: VideoFileSource) {
  const duration = Math.max(1, Math.round(durationS));
  return { width: widthPx, height: heightPx, duration, supports_streaming: true };
}
