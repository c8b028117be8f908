import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** A file of ours as a part of a form. */
export interface FormFile {
  field: string;
  path: string;
  fileName: string;
  mimeType: string;
}

/** Fields as the Bot API takes them: objects as JSON; what is undefined is left out. */
export type FormFields = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** A form on its way: what to send, and whether it was the file that could not be read. */
export interface MultipartForm {
  headers: Readonly<Record<string, string>>;
  body: Readable;
  isUnreadable: () => boolean;
}

const READ_BYTES = 64 * 1024;
const NEW_LINE = '\r\n';

/**
 * A form with one file (RFC 7578) as a stream that reads the file no faster than it is sent: a video is never held in memory. Destroy the
 * body when it is not needed any more.
 *
 * @throws the file system's error when there is no such file.
 */
export async function multipartForm(fields: FormFields, file: FormFile): Promise<MultipartForm> {
  const boundary = `neurocards-${randomBytes(16).toString('hex')}`;
  const head = Buffer.from(headOf(fields, file, boundary));
  const tail = Buffer.from(`${NEW_LINE}--${boundary}--${NEW_LINE}`);
  const { size } = await stat(file.path);
  let unreadable = false;
  async function* parts(): AsyncGenerator<Buffer> {
    yield head;
    try {
      // Never more than was announced, nor less.
      let left = size;
      for await (const chunk of createReadStream(file.path, { end: size, highWaterMark: READ_BYTES })) {
        left -= (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      if (left !== 0) throw new Error('The file has changed while it was read');
    } catch (error) {
      unreadable = true;
      throw error;
    }
    yield tail;
  }
  return {
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      'Content-Length': String(head.length + size + tail.length),
    },
    body: Readable.from(parts(), { objectMode: false, highWaterMark: READ_BYTES }),
    isUnreadable: () => unreadable,
  };
}

function headOf(fields: FormFields, { field, fileName, mimeType }: FormFile, boundary: string): string {
  const texts = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`Content-Disposition: form-data; name="${name}"${NEW_LINE}${NEW_LINE}${textOf(value)}`],
  );
  const opening = [
    `Content-Disposition: form-data; name="${field}"; filename="${fileName}"`,
    `Content-Type: ${mimeType}${NEW_LINE}${NEW_LINE}`,
  ].join(NEW_LINE);
  return [...texts, opening].map((part) => `--${boundary}${NEW_LINE}${part}`).join(NEW_LINE);
}

function textOf(value: string | number | boolean | object): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
