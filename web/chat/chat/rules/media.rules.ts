/** A size on the screen, in CSS pixels. */
export interface SizePx {
  widthPx: number;
  heightPx: number;
}

/** The room that a photo or video has in a bubble. */
export const MEDIA_MAX: SizePx = { widthPx: 340, heightPx: 440 };
const SIDE_MIN_PX = 120;
const UNKNOWN: SizePx = { widthPx: 270, heightPx: 270 };
const BYTES_PER_KB = 1024;

/** How large a picture is drawn: within {@link MEDIA_MAX}, in its own proportions unless it is very long. */
export function fitMedia(media: { widthPx?: number; heightPx?: number }): SizePx {
  const { widthPx, heightPx } = media;
  if (!widthPx || !heightPx) return UNKNOWN;
  const scale = Math.min(MEDIA_MAX.widthPx / widthPx, MEDIA_MAX.heightPx / heightPx, 1);
  return {
    widthPx: Math.max(SIDE_MIN_PX, Math.round(widthPx * scale)),
    heightPx: Math.max(SIDE_MIN_PX, Math.round(heightPx * scale)),
  };
}

/** A length of time as a player writes it: `0:05`, `12:30`. */
export function formatDuration(durationS: number): string {
  const seconds = Math.round(durationS);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How big a file is: `512 B`, `34 KB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < BYTES_PER_KB) return `${bytes} B`;
  const kilobytes = bytes / BYTES_PER_KB;
  if (kilobytes < BYTES_PER_KB) return `${Math.round(kilobytes)} KB`;
  return `${(kilobytes / BYTES_PER_KB).toFixed(1)} MB`;
}
