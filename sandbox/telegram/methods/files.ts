import { badRequest } from '../errors.js';
import type { Method } from './method.js';

const DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024;

/** https://core.telegram.org/bots/api#getfile: up to 20 MB; the path works under `/file/bot<token>/`. */
export const getFile: Method = (query, { world }) => {
  const fileId = query.text('file_id');
  if (fileId === '') throw badRequest('file_id not specified');
  const file = world.files.find(fileId);
  if (!file) throw badRequest('invalid file_id');
  if (file.bytes > DOWNLOAD_BYTES_MAX) throw badRequest('file is too big');
  if (file.diskPath === null) throw badRequest('wrong file_id or the file is temporarily unavailable');
  world.files.allowDownload(file);
  return {
    result: {
      file_id: file.fileId,
      file_unique_id: file.fileUniqueId,
      file_size: file.bytes,
      file_path: file.filePath,
    },
  };
};
