/** The formats that are taken. Others are refused before a decoder sees them: SVG is a program, GIF and TIFF are no photos. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'avif';

/** Why a photo cannot be used. */
export type PhotoProblem = 'not_an_image' | 'too_small' | 'too_large' | 'bad_ratio';

/** The limits of a photo. */
export interface PhotoLimits {
  sideMinPx: number;
  pixelsMax: number;
  /** The longer side over the shorter. */
  ratioMax: number;
}

/** The format by its first bytes, whatever the name of the file says; `null` for a format that is not taken. */
export function sniffFormat(bytes: Uint8Array): PhotoFormat | null {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes[0] === 0x89 && ascii(1, 8) === 'PNG\r\n\x1a\n') return 'png';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(4, 8) === 'ftyp' && ascii(8, 12) === 'avif') return 'avif';
  return null;
}

/** What is wrong with a photo of this size, `null` when nothing is. Its direction does not matter. */
export function findSizeProblem(
  size: { widthPx: number; heightPx: number },
  limits: PhotoLimits,
): PhotoProblem | null {
  const shorterPx = Math.min(size.widthPx, size.heightPx);
  const longerPx = Math.max(size.widthPx, size.heightPx);
  if (size.widthPx * size.heightPx > limits.pixelsMax) return 'too_large';
  if (shorterPx < limits.sideMinPx) return 'too_small';
  if (longerPx / shorterPx > limits.ratioMax) return 'bad_ratio';
  return null;
}
