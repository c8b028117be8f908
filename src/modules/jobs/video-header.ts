import type { FileHandle } from 'node:fs/promises';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { VideoUnusableError } from './jobs.errors.js';

/** What a client must be told, or it may show a square. */
export interface VideoHeader {
  widthPx: number;
  heightPx: number;
  durationS: number;
}

const CHUNK_BYTES = 256 * 1024;
const READS_MAX = 512;

/**
 * Reads the header of an MP4 without its pictures.
 *
 * @throws VideoUnusableError when the file is not an MP4 with a video track.
 */
export async function readVideoHeader(file: FileHandle): Promise<VideoHeader> {
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
