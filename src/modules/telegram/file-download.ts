import { decideMeaning } from './telegram-errors.rules.js';
import { TelegramError } from './telegram.errors.js';
import type { TelegramTransport } from './telegram-transport.js';

const METHOD = 'getFile';

export interface DownloadLimits {
  bytesMax: number;
  /** For each of the two requests. */
  timeoutMs: number;
}

/**
 * Fetches a file that a person sent (https://core.telegram.org/bots/api#getfile), never more than `bytesMax` of it.
 *
 * @throws TelegramError with `too_large`, also when the server's own word about the size was wrong.
 */
export async function downloadFile(
  transport: TelegramTransport,
  fileId: string,
  limits: DownloadLimits,
): Promise<Buffer> {
  const file = await transport.call(METHOD, { file_id: fileId }, { timeoutMs: limits.timeoutMs });
  if ((file.file_size ?? 0) > limits.bytesMax) throw tooLarge(limits.bytesMax);
  if (!file.file_path) throw new TelegramError(METHOD, decideMeaning(NO_PATH), NO_PATH.description);
  return readCapped(transport, file.file_path, limits);
}

const NO_PATH = {
  errorCode: 400,
  description: 'wrong file_id or the file is temporarily unavailable (no file_path)',
};

async function readCapped(
  transport: TelegramTransport,
  filePath: string,
  { bytesMax, timeoutMs }: DownloadLimits,
): Promise<Buffer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    const response = await fetch(transport.fileUrl(filePath), { signal: timeout, redirect: 'error' });
    if (!response.ok || !response.body) throw refusal(response);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof TelegramError) throw error;
    throw transport.failure(METHOD, error, timeout.aborted ? 'timeout' : undefined);
  }
}

function refusal(response: Response): TelegramError {
  // A file's link lives an hour: one that is gone is asked for anew, so it is not the token's fault as a 404 else is.
  const errorCode = response.status === 404 ? 400 : response.status;
  const description =
    response.status === 404 ? 'wrong file_id or the file is temporarily unavailable' : response.statusText;
  return new TelegramError(METHOD, decideMeaning({ errorCode, description }), `${errorCode} ${description}`);
}

function tooLarge(bytesMax: number): TelegramError {
  return new TelegramError(METHOD, { meaning: 'too_large', retryable: false }, `more than ${bytesMax} bytes`);
}
