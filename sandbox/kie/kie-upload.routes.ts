import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { springError, type KieAnswer } from './kie-answers.js';
import type { UploadRecord } from './kie-files.js';
import { isHttpUrl } from './kie-input.rules.js';
import { objectOf } from './kie-market.routes.js';
import type { KieParts } from './kie-parts.js';

type Source = UploadRecord['source'];

/** An upload as one of the three routes read it, or why it cannot be stored. */
type Incoming = { bytes: Buffer; folder: unknown; fileName: unknown } | { refusal: KieAnswer };

/** KIE fetches at most 100 MB by link. https://docs.kie.ai/file-upload-api/upload-file-url */
const URL_BYTES_MAX = 100 * 1024 * 1024;
const ROUTES: Record<Source, string> = {
  stream: '/api/file-stream-upload',
  base64: '/api/file-base64-upload',
  url: '/api/file-url-upload',
};

/** Adds the upload host's routes and the links to what was uploaded. https://docs.kie.ai/file-upload-api/quickstart */
export function uploadRoutes(
  app: FastifyInstance,
  parts: KieParts,
  describe: (request: FastifyRequest, summary: unknown) => void,
): void {
  const readers: Record<Source, (request: FastifyRequest) => Promise<Incoming>> = {
    stream: (request) => readMultipart(request, describe),
    base64: (request) => Promise.resolve(readBase64(request)),
    url: (request) => readUrl(request, parts),
  };
  for (const source of ['stream', 'base64', 'url'] as const) {
    app.post(ROUTES[source], async (request, reply) => {
      const incoming = await readers[source](request);
      const fields = 'fileName' in incoming ? { fileName: incoming.fileName } : request.body;
      await parts.wire.answer('upload', { request, reply, fields }, () =>
        upload(request, source, incoming, parts),
      );
      return reply;
    });
    app.get(ROUTES[source], (_request, reply) =>
      reply.send(problem(405, 'Request method is not supported').body),
    );
  }
  app.get('/files/*', (request, reply) => {
    const file = parts.files.read(request.url.split('?')[0] ?? '');
    if (!file) return reply.code(404).send(springError(404, 'Not Found', request.url).body);
    return reply.type(file.mimeType).send(file.bytes);
  });
}

function problem(code: number, msg: string): KieAnswer {
  return { body: { success: false, code, msg, data: null } };
}

async function upload(
  request: FastifyRequest,
  source: Source,
  incoming: Incoming,
  { accounts, files }: KieParts,
): Promise<KieAnswer> {
  const key = accounts.authorize(request.headers.authorization);
  if (!key) return problem(401, 'You do not have access permissions');
  if ('refusal' in incoming) return incoming.refusal;
  const { bytes, folder, fileName } = incoming;
  if (typeof folder !== 'string' || folder === '') return problem(400, 'uploadPath is required');
  if (bytes.length === 0) return problem(400, 'file is empty');
  const name = typeof fileName === 'string' && fileName !== '' ? basename(fileName) : randomUUID();
  const record = await files.store({ account: key.account, folder, fileName: name, bytes, source });
  const data = {
    fileName: record.fileName,
    filePath: record.filePath,
    downloadUrl: record.url,
    fileSize: record.sizeBytes,
    mimeType: record.mimeType,
    uploadedAt: record.uploadedAt,
  };
  return { body: { success: true, code: 200, msg: 'File uploaded successfully', data } };
}

async function readMultipart(
  request: FastifyRequest,
  describe: (request: FastifyRequest, summary: unknown) => void,
): Promise<Incoming> {
  if (!request.isMultipart()) return { refusal: problem(400, 'Current request is not a multipart request') };
  const fields: Record<string, string> = {};
  let file: { name: string; mimeType: string; bytes: Buffer } | null = null;
  for await (const part of request.parts()) {
    if (part.type === 'field') fields[part.fieldname] = String(part.value);
    else {
      const bytes = await part.toBuffer();
      if (part.fieldname === 'file') file = { name: part.filename, mimeType: part.mimetype, bytes };
    }
  }
  describe(request, {
    ...fields,
    file: file && { fileName: file.name, mimeType: file.mimeType, sizeBytes: file.bytes.length },
  });
  if (!file) return { refusal: problem(400, "Required part 'file' is not present.") };
  return { bytes: file.bytes, folder: fields.uploadPath, fileName: fields.fileName ?? file.name };
}

function readBase64(request: FastifyRequest): Incoming {
  const body = objectOf(request.body);
  const text = typeof body.base64Data === 'string' ? body.base64Data : '';
  if (!text) return { refusal: problem(400, 'base64Data is required') };
  const data = text.replace(/^data:[\w/+.-]+;base64,/, '');
  const valid = data.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(data);
  if (!valid) return { refusal: problem(500, 'Base64 decoding failed: Illegal base64 character') };
  return { bytes: Buffer.from(data, 'base64'), folder: body.uploadPath, fileName: body.fileName };
}

async function readUrl(request: FastifyRequest, { files }: KieParts): Promise<Incoming> {
  const body = objectOf(request.body);
  if (!isHttpUrl(body.fileUrl)) return { refusal: problem(400, 'fileUrl is required') };
  const bytes = await files.fetch(body.fileUrl as string);
  if (!bytes) return { refusal: problem(500, 'Failed to download the file from the url') };
  if (bytes.length > URL_BYTES_MAX) return { refusal: problem(400, 'The file is larger than 100MB') };
  const fileName = body.fileName ?? basename(new URL(body.fileUrl as string).pathname);
  return { bytes, folder: body.uploadPath, fileName };
}
