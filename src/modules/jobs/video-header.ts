import type { FileHandle } from 'node:fs/promises';
import { createFile, Log, MP4BoxBuffer } from 'mp4box';
import { toError } from '../../platform/index.js';
import { VideoUnusableError } from './jobs.errors.js';

/** What a client must be told, or it may show a square. */
export interface VideoHeader {
  widthPx: number;
  heightPx: number;
  durationS: number;
}

/** Far above that of any video that Telegram takes: a minute has some 50 kB. */
const HEADER_BYTES_MAX = 8 * 1024 * 1024;

// What the parser stumbles over reaches us as its result; it would print the bytes past our log.
Log.error = (module, message, file) => file?.onError?.(module, message ?? '');

const HEADER_TYPES = ['ftyp', 'moov'];
const BOXES_MAX = 10_000;
const BOX_HEADER_BYTES = 16;
/** The first bytes of a box (ISO/IEC 14496-12, 4.2): these sizes mean "see the next field" and "to the end of the file". */
const SIZE_IS_LARGE = 1;
const SIZE_IS_REST = 0;

/** Where a box lies in its file. */
interface Box {
  type: string;
  position: number;
  bytes: number;
}

/**
 * Reads the header of an MP4, wherever in the file it stands, and nothing else.
 *
 * @throws VideoUnusableError when the file is not an MP4 with a video track, or is not all of one.
 */
export async function readVideoHeader(file: FileHandle): Promise<VideoHeader> {
  const boxes = await findHeader(file);
  const bytes = Buffer.concat(await Promise.all(boxes.map((box) => readWhole(file, box))));
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof VideoUnusableError) throw error;
    // The parser stumbles over odd bytes in many ways.
    throw new VideoUnusableError(`The file is not a playable MP4 (${toError(error).message})`, true);
  }
}

/**
 * Finds the boxes that make the header: the file's type and the movie's. Looks at all boxes: a file that breaks off has a good header at its
 * beginning, and only their sizes tell.
 */
async function findHeader(file: FileHandle): Promise<Box[]> {
  const { size } = await file.stat();
  const header: Box[] = [];
  let position = 0;
  for (let boxes = 0; boxes < BOXES_MAX && position < size; boxes++) {
    const box = await readBox(file, position, size);
    // Padding behind the last box harms nobody.
    if (!box) break;
    if (HEADER_TYPES.includes(box.type)) header.push(box);
    position += box.bytes;
  }
  if (!header.some(({ type }) => type === 'moov'))
    throw new VideoUnusableError('The file is not a playable MP4 (no header)', true);
  if (position > size) throw new VideoUnusableError('The file is cut off', true);
  if (header.reduce((sum, { bytes }) => sum + bytes, 0) > HEADER_BYTES_MAX)
    throw new VideoUnusableError(`The header of the MP4 has more than ${HEADER_BYTES_MAX} bytes`, false);
  return header;
}

async function readWhole(file: FileHandle, { bytes, position }: Box): Promise<Buffer> {
  const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer;
}

async function readBox(file: FileHandle, position: number, fileBytes: number): Promise<Box | null> {
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(BOX_HEADER_BYTES),
    0,
    BOX_HEADER_BYTES,
    position,
  );
  const type = buffer.toString('latin1', 4, 8);
  if (bytesRead < 8 || !/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  const size = buffer.readUInt32BE(0);
  if (size === SIZE_IS_REST) return { type, position, bytes: fileBytes - position };
  const bytes = size === SIZE_IS_LARGE ? Number(buffer.readBigUInt64BE(8)) : size;
  return bytes < 8 ? null : { type, position, bytes };
}

function parse(bytes: Buffer): VideoHeader {
  const parser = createFile(false);
  let header: VideoHeader | undefined;
  let broken: string | undefined;
  parser.onReady = (info) => {
    const track = info.videoTracks[0];
    if (!track?.video || info.duration <= 0) return;
    const durationS = Math.max(1, Math.round(info.duration / info.timescale));
    header = { widthPx: Math.round(track.track_width), heightPx: Math.round(track.track_height), durationS };
  };
  parser.onError = (_module, message) => {
    broken = message;
  };
  parser.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0));
  if (!header)
    throw new VideoUnusableError(`The file is not a playable MP4 (${broken ?? 'no video track'})`, true);
  return header;
}
