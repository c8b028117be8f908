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

const CHUNK_BYTES = 256 * 1024;
const READS_MAX = 512;

// What the parser stumbles over reaches us as its result; it would print the bytes past our log.
Log.error = (module, message, file) => file?.onError?.(module, message ?? '');

const BOXES_MAX = 10_000;
const BOX_HEADER_BYTES = 16;
/** The first bytes of a box (ISO/IEC 14496-12, 4.2): these sizes mean "see the next field" and "to the end of the file". */
const SIZE_IS_LARGE = 1;
const SIZE_IS_REST = 0;

/**
 * Reads the header of an MP4 without its pictures.
 *
 * @throws VideoUnusableError when the file is not an MP4 with a video track, or is not all of one.
 */
export async function readVideoHeader(file: FileHandle): Promise<VideoHeader> {
  await assertWhole(file);
  try {
    return await parse(file);
  } catch (error) {
    if (error instanceof VideoUnusableError) throw error;
    // The parser stumbles over odd bytes in many ways.
    throw new VideoUnusableError(`The file is not a playable MP4 (${toError(error).message})`, true);
  }
}

/** A file that breaks off has a good header at its beginning: only the sizes of its boxes tell. */
async function assertWhole(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const seen = new Set<string>();
  let position = 0;
  for (let boxes = 0; boxes < BOXES_MAX && position < size; boxes++) {
    const box = await readBox(file, position, size);
    // Padding behind the last box harms nobody.
    if (!box) break;
    seen.add(box.type);
    position += box.bytes;
  }
  if (!seen.has('moov')) throw new VideoUnusableError('The file is not a playable MP4 (no header)', true);
  if (position > size) throw new VideoUnusableError('The file is cut off', true);
}

async function readBox(
  file: FileHandle,
  position: number,
  fileBytes: number,
): Promise<{ type: string; bytes: number } | null> {
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(BOX_HEADER_BYTES),
    0,
    BOX_HEADER_BYTES,
    position,
  );
  const type = buffer.toString('latin1', 4, 8);
  if (bytesRead < 8 || !/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  const size = buffer.readUInt32BE(0);
  if (size === SIZE_IS_REST) return { type, bytes: fileBytes - position };
  const bytes = size === SIZE_IS_LARGE ? Number(buffer.readBigUInt64BE(8)) : size;
  return bytes < 8 ? null : { type, bytes };
}

async function parse(file: FileHandle): Promise<VideoHeader> {
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
  const { size } = await file.stat();
  let position = 0;
  for (let reads = 0; reads < READS_MAX && position < size && !header && !broken; reads++) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    // The parser skips over the pictures: it names the place that it wants to see next.
    const next = parser.appendBuffer(toParserBuffer(buffer.subarray(0, bytesRead), position));
    position = next && next > position ? next : position + bytesRead;
  }
  if (!header)
    throw new VideoUnusableError(`The file is not a playable MP4 (${broken ?? 'no video track'})`, true);
  return header;
}

function toParserBuffer(chunk: Uint8Array, fileStart: number): MP4BoxBuffer {
  const copy = new Uint8Array(chunk);
  return MP4BoxBuffer.fromArrayBuffer(copy.buffer, fileStart);
}
