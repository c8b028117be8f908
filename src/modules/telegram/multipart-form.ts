import { createReadStream, type ReadStream } from 'node:fs';
import FormData from 'form-data';

/** A file of ours as a part of a form. */
export interface FormFile {
  field: string;
  path: string;
  fileName: string;
  mimeType: string;
}

/** Fields as the Bot API takes them: objects as JSON; what is undefined is left out. */
export type FormFields = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** A form on its way, and its file: destroy that when the form is not needed any more. */
export interface MultipartForm {
  form: FormData;
  file: ReadStream;
}

const READ_BYTES = 64 * 1024;

/** A form with one file as a stream that reads the file no faster than it is sent: a video is never held in memory. */
export function multipartForm(
  fields: FormFields,
  { field, path, fileName, mimeType }: FormFile,
): MultipartForm {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined)
      form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  form.append(field, file, { filename: fileName, contentType: mimeType });
  return { form, file };
}
