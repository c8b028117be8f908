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
 * One `sendVideo` (https://core.telegram.org/bots/api#sendvideo). A file is streamed from disk, opened anew by each call.
 *
 * @throws TelegramError: `not_sent` when the file could not be read to its end.
 */
export function uploadVideo(transport: TelegramTransport, upload: VideoUpload): Promise<Message> {
  const { chatId, video, message, timeoutMs, plain } = upload;
  const fields = {
    chat_id: chatId,
    caption: plain ? shorten(htmlToPlain(message.text), CAPTION_LENGTH_MAX) : message.text,
    parse_mode: plain ? undefined : ('HTML' as const),
    reply_markup: toReplyMarkup(message.keyboard),
  };
  if ('fileId' in video)
    return transport.call('sendVideo', { ...fields, video: video.fileId }, { timeoutMs });
  const file = { field: 'video', path: video.filePath, fileName: 'video.mp4', mimeType: 'video/mp4' };
  return transport.upload('sendVideo', { ...fields, ...sizesOf(video) }, file, { timeoutMs });
}

function sizesOf({ widthPx, heightPx, durationS }: VideoFileSource) {
  const duration = Math.max(1, Math.round(durationS));
  return { width: widthPx, height: heightPx, duration, supports_streaming: true };
}
