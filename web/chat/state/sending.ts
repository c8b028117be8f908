import { telegram } from './api.js';
import { attempt, showToast } from './toasts.js';

/** As much as the bot can fetch from Telegram (https://core.telegram.org/bots/api#getfile). */
const FILE_MB_MAX = 20;
const BYTES_PER_MB = 1024 * 1024;
/** As many as Telegram joins in an album. */
export const ALBUM_MAX = 10;

/** What else than texts, photos and files a person may send, as the fake Telegram calls it. */
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

/** Pictures or files that go out together. */
export interface Sending {
  files: readonly File[];
  caption: string;
  asFile: boolean;
}

/** Whether a file can go as a photo. */
export function isPicture({ type }: File): boolean {
  return /^image\/(?:jpeg|png|webp|gif|avif|bmp)$/.test(type);
}

/** Sends files one after the other; several photos join in an album. Answers whether all were sent. */
export async function sendFiles(personId: number, { files, caption, asFile }: Sending): Promise<boolean> {
  const tooBig = files.find(({ size }) => size > FILE_MB_MAX * BYTES_PER_MB);
  if (tooBig) {
    showToast(
      `${tooBig.name} has more than ${FILE_MB_MAX} MB, and a bot cannot fetch that. Choose a smaller one.`,
      'bad',
    );
    return false;
  }
  const mediaGroupId = files.length > 1 ? String(Date.now()) : undefined;
  for (const [index, file] of files.entries()) {
    const isFile = asFile || !isPicture(file);
    const sent = telegram('sendPhoto', {
      personId,
      bytes: await readBase64(file),
      ...(index === 0 && caption !== '' && { caption }),
      ...(mediaGroupId !== undefined && { mediaGroupId }),
      ...(isFile && { asFile: true, fileName: file.name, mimeType: file.type || 'application/octet-stream' }),
    });
    if (!(await attempt(sent))) return false;
  }
  return true;
}

/** Sends something of another kind, with made-up contents. */
export function sendOther(personId: number, kind: string): Promise<boolean> {
  return attempt(telegram('sendOther', { personId, kind }));
}

/** Fetches a sample photo of the sandbox and sends it as a photo. */
export function sendSample(personId: number, url: string): Promise<boolean> {
  return attempt(
    (async () => {
      const response = await fetch(url);
      const bytes = await readBase64(await response.blob());
      await telegram('sendPhoto', { personId, bytes });
    })(),
  );
}

function readBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      // A data URL: what comes after its comma.
      if (typeof reader.result === 'string') resolve(reader.result.replace(/^[^,]*,/, ''));
    };
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read'));
    reader.readAsDataURL(blob);
  });
}
