import sharp from 'sharp';
import { fileObject } from '../api-json.js';
import { BotApiError, PeopleError } from '../errors.js';
import { storePhoto } from '../methods/media.js';
import type { FileKind, MessageContent, StoredFile } from '../model.js';
import { readTypedText } from '../text.js';
import type { World } from '../world.js';

/** How a picture is sent. */
export interface PhotoOptions {
  caption?: string;
  /** As a file: the original bytes in a document, whatever they are. */
  asFile?: boolean;
  mimeType?: string;
  fileName?: string;
  /** Joins the messages of one album. */
  mediaGroupId?: string;
}

/** A picture of an album; `bytes` as they are, or in base64. */
export type AlbumPicture = Omit<PhotoOptions, 'mediaGroupId'> & { bytes: Buffer | string };

/** What else a person may send. */
export const OTHER_KINDS = [
  'sticker',
  'voice',
  'video',
  'video_note',
  'audio',
  'animation',
  'location',
  'contact',
  'dice',
  'poll',
] as const;
export type OtherKind = (typeof OTHER_KINDS)[number];

const MIME_TYPES: Partial<Record<OtherKind, string>> = {
  sticker: 'image/webp',
  voice: 'audio/ogg',
  video: 'video/mp4',
  video_note: 'video/mp4',
  audio: 'audio/mpeg',
  animation: 'video/mp4',
};

/** The content of a picture message. Throws PeopleError for a photo that an app would not send. */
export async function pictureContent(
  world: World,
  bytes: Buffer,
  { caption = '', asFile = false, mimeType, fileName }: PhotoOptions,
): Promise<MessageContent> {
  const body = readTypedText(caption);
  if (!asFile) return { kind: 'photo', sizes: await photoSizes(world, bytes), body };
  const type = mimeType ?? (await guessMimeType(bytes));
  const name = fileName ?? `file.${type.split('/')[1] ?? 'bin'}`;
  const file = await world.files.put(bytes, { kind: 'document', mimeType: type, fileName: name });
  return { kind: 'document', file, body };
}

/** The content of any other message, with made-up but well-formed facts. */
export async function otherContent(world: World, kind: OtherKind, bytes?: Buffer): Promise<MessageContent> {
  const body = readTypedText('');
  const mimeType = MIME_TYPES[kind];
  if (mimeType === undefined)
    return { kind: 'other', name: kind, payload: { [kind]: plainFacts(kind) }, body };
  const file = await world.files.put(bytes ?? Buffer.from(`a ${kind} of the fake Telegram`), {
    kind: kind as FileKind,
    mimeType,
    ...(kind === 'sticker' ? { widthPx: 512, heightPx: 512 } : { durationS: 3 }),
    ...(kind === 'video' || kind === 'animation' ? { widthPx: 720, heightPx: 1280 } : {}),
  });
  return { kind: 'other', name: kind, payload: filePayload(kind, file), body };
}

function filePayload(kind: OtherKind, file: StoredFile): Record<string, unknown> {
  const described = fileObject(file);
  if (kind === 'sticker') {
    return { sticker: { ...described, type: 'regular', is_animated: false, is_video: false, emoji: '👍' } };
  }
  // An animation comes with a document too, for old clients (https://core.telegram.org/bots/api#message).
  if (kind === 'animation') return { animation: described, document: described };
  return { [kind]: kind === 'video_note' ? { ...described, length: 384 } : described };
}

function plainFacts(kind: OtherKind): Record<string, unknown> {
  switch (kind) {
    case 'location':
      return { latitude: 55.7558, longitude: 37.6173 };
    case 'contact':
      return { phone_number: '+79000000000', first_name: 'Анна' };
    case 'dice':
      return { emoji: '🎲', value: 4 };
    default:
      return { id: '1', question: '?', options: [{ text: 'a', voter_count: 0 }], total_voter_count: 0 };
  }
}

async function photoSizes(world: World, bytes: Buffer): Promise<StoredFile[]> {
  return storePhoto(world, bytes).catch((error: unknown) => {
    if (!(error instanceof BotApiError)) throw error;
    throw new PeopleError(`An app would not send this as a photo (${error.innerText}): send it as a file`);
  });
}

async function guessMimeType(bytes: Buffer): Promise<string> {
  const format = await sharp(bytes)
    .metadata()
    .then((metadata) => metadata.format)
    .catch(() => undefined);
  return format ? `image/${format}` : 'application/octet-stream';
}
