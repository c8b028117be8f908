import { open } from 'node:fs/promises';
import { badRequest, entityTooLarge } from '../errors.js';
import { readFile } from 'node:fs/promises';
import type { FileKind, FormattedText, MessageContent, StoredFile } from '../model.js';
import { makePhotoSizes, PhotoRefusedError } from '../photos.js';
import type { Upload } from '../query.js';
import type { World } from '../world.js';
import { fetchByUrl } from './fetch-by-url.js';

const MIB = 1024 * 1024;
/** https://core.telegram.org/bots/api#sending-files */
export const PHOTO_UPLOAD_BYTES_MAX = 10 * MIB;
const KIND_NAMES: Partial<Record<FileKind, string>> = {
  photo: 'Photo',
  video: 'Video',
  document: 'Document',
};

/** A file that a call names: an upload, a file id or a URL. */
export interface MediaSource {
  upload: Upload | undefined;
  /** The field's own text: a file id or URL when nothing was uploaded. */
  value: string;
}

/** What a call says about a video. */
export interface VideoFacts {
  widthPx: number;
  heightPx: number;
  durationS: number;
  supportsStreaming: boolean;
}

/** A photo message's content. Throws 400 for what Telegram does not take as a photo. */
export async function photoContent(
  world: World,
  source: MediaSource,
  body: FormattedText,
): Promise<MessageContent> {
  const { upload, value } = source;
  if (!upload && !isUrl(value)) {
    const file = knownFile(world, value, 'photo');
    return { kind: 'photo', sizes: file.photoSizes ?? [file], body };
  }
  const bytes = upload ? await readFile(upload.diskPath) : await fetchByUrl(value, 'photo');
  if (bytes.length > PHOTO_UPLOAD_BYTES_MAX) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is 10485760 bytes`,
    );
  }
  return { kind: 'photo', sizes: await storePhoto(world, bytes), body };
}

/** A video message's content; what is no MP4 becomes a document, as in the real service. */
export async function videoContent(
  world: World,
  source: MediaSource & { facts: VideoFacts },
  body: FormattedText,
): Promise<MessageContent> {
  const { upload, value, facts } = source;
  if (upload) {
    if (upload.bytes === 0) throw badRequest('file must be non-empty');
    const isVideo = world.options.acceptAnyVideo || (await looksLikeMp4(upload.diskPath));
    if (!isVideo) return { kind: 'document', file: await storeDocument(world, upload), body };
    const file = await world.files.adopt(upload, { ...videoFacts(facts), fileName: upload.name });
    return { kind: 'video', file, body };
  }
  if (!isUrl(value)) return { kind: 'video', file: knownFile(world, value, 'video'), body };
  const bytes = await fetchByUrl(value, 'video');
  return { kind: 'video', file: await world.files.put(bytes, videoFacts(facts)), body };
}

/** Makes and stores all sizes of a photo, small to large. Throws 400 when it is none. */
export async function storePhoto(world: World, bytes: Buffer): Promise<StoredFile[]> {
  const made = await makePhotoSizes(bytes).catch((error: unknown) => {
    throw error instanceof PhotoRefusedError ? badRequest(error.message) : error;
  });
  const sizes: StoredFile[] = [];
  for (const { bytes: data, widthPx, heightPx } of made) {
    sizes.push(await world.files.put(data, { kind: 'photo', mimeType: 'image/jpeg', widthPx, heightPx }));
  }
  for (const size of sizes) size.photoSizes = sizes;
  return sizes;
}

/** Throws 413 when an upload is above the 50 MB that a bot may send. */
export function refuseTooLarge(uploads: Iterable<Upload>, bytesMax = 50 * MIB): void {
  for (const upload of uploads) if (upload.bytes > bytesMax) throw entityTooLarge();
}

function knownFile(world: World, fileId: string, kind: FileKind): StoredFile {
  const file = world.files.find(fileId);
  if (!file) throw badRequest("wrong remote file identifier specified: can't unserialize it");
  if (file.kind === kind) return file;
  throw badRequest(
    `can't use file of type ${KIND_NAMES[file.kind] ?? 'Document'} as ${KIND_NAMES[kind] ?? kind}`,
  );
}

function storeDocument(world: World, upload: Upload): Promise<StoredFile> {
  return world.files.adopt(upload, { kind: 'document', mimeType: upload.mimeType, fileName: upload.name });
}

function videoFacts(facts: VideoFacts) {
  return { kind: 'video', mimeType: 'video/mp4', ...facts } as const;
}

async function looksLikeMp4(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.toString('latin1', 4, 8) === 'ftyp';
  } finally {
    await file.close();
  }
}

function isUrl(value: string): boolean {
  return /^https?:\/\//i.test(value);
}
