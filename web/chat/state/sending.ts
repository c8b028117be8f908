import { ActionError, telegram } from './api.js';
import { attempt, showToast } from './toasts.js';

/** As much as the bot can fetch from Telegram (https://core.telegram.org/bots/api#getfile). */
const FILE_MB_MAX = 20;
/** As much as the page hands over at once. */
const TOGETHER_MB_MAX = 60;
const BYTES_PER_MB = 1024 * 1024;
/** As many as Telegram joins in an album. */
export const ALBUM_MAX = 10;

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

/** Sends a file, or several as an album. Answers whether they were sent; if not, a toast says why. */
export async function sendFiles(personId: number, { files, caption, asFile }: Sending): Promise<boolean> {
  const problem = findTooMuch(files);
  if (problem) {
    showToast(problem, 'bad');
    return false;
  }
  return attempt(
    (async () => {
      const pictures = await Promise.all(files.map((file) => describePicture(file, asFile)));
      const [first, ...others] = pictures.map((picture, index) =>
        index === 0 && caption !== '' ? { ...picture, caption } : picture,
      );
      if (others.length === 0) await telegram('sendPhoto', { personId, ...first });
      else await telegram('sendAlbum', { personId, pictures: [first, ...others] });
    })(),
  );
}

function findTooMuch(files: readonly File[]): string | null {
  const tooBig = files.find(({ size }) => size > FILE_MB_MAX * BYTES_PER_MB);
  if (tooBig)
    return `${tooBig.name} has more than ${FILE_MB_MAX} MB, and a bot cannot fetch that. Choose a smaller one.`;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return bytes > TOGETHER_MB_MAX * BYTES_PER_MB
    ? `Together these have more than ${TOGETHER_MB_MAX} MB. Send fewer at once.`
    : null;
}

async function describePicture(file: File, asFile: boolean): Promise<object> {
  const isFile = asFile || !isPicture(file);
  return {
    bytes: await readBase64(file),
    ...(isFile && { asFile: true, fileName: file.name, mimeType: file.type || 'application/octet-stream' }),
  };
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
      if (!response.ok)
        throw new ActionError(`The sandbox has no such photo: it answered ${response.status}.`);
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
