import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import '@fastify/multipart';
import { BotApiError, badRequest } from '../errors.js';
import { BotQuery, type Upload } from '../query.js';
import type { World } from '../world.js';

/** Where uploads go, and how fast they are taken. */
type Intake = Pick<World, 'files' | 'uploadBytesPerSMax'>;

const KEPT_BYTES_MAX = 51 * 1024 * 1024;
const UPLOADS_MAX = 50;
const FIELD_BYTES_MAX = 8 * 1024 * 1024;

/** Reads a call in any of its forms (https://core.telegram.org/bots/api#making-requests). Throws 400 for a broken body. */
export async function readQuery(request: FastifyRequest, method: string, intake: Intake): Promise<BotQuery> {
  const args = new Map<string, string>();
  addForm(args, request.url.split('?')[1] ?? '');
  if (request.isMultipart()) {
    const uploads = await readMultipart(request, args, intake);
    return new BotQuery(method, args, uploads);
  }
  addBody(args, request.body, request.headers['content-type'] ?? '');
  return new BotQuery(method, args);
}

/** A call from text, as in the answer to a webhook. */
export function readTextQuery(body: string, contentType: string): BotQuery {
  const args = new Map<string, string>();
  addBody(args, Buffer.from(body), contentType);
  return new BotQuery(args.get('method') ?? '', args);
}

/** Removes the uploads that no method took over. */
export async function removeUploads(query: BotQuery): Promise<void> {
  await Promise.all([...query.uploads.values()].map(({ diskPath }) => rm(diskPath, { force: true })));
}

function addBody(args: Map<string, string>, body: unknown, contentType: string): void {
  if (!Buffer.isBuffer(body) || body.length === 0) return;
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') addJson(args, body.toString('utf8'));
  else if (type === 'application/x-www-form-urlencoded') addForm(args, body.toString('utf8'));
}

function addForm(args: Map<string, string>, form: string): void {
  for (const [name, value] of new URLSearchParams(form)) args.set(name, value);
}

function addJson(args: Map<string, string>, text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest("can't parse parameter value: Unexpected symbol");
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('JSON object expected');
  }
  for (const [name, field] of Object.entries(value)) {
    args.set(name, typeof field === 'string' ? field : JSON.stringify(field));
  }
}

async function readMultipart(
  request: FastifyRequest,
  args: Map<string, string>,
  intake: Intake,
): Promise<Map<string, Upload>> {
  const uploads = new Map<string, Upload>();
  const limits = { fileSize: Number.POSITIVE_INFINITY, fieldSize: FIELD_BYTES_MAX, files: UPLOADS_MAX };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') args.set(part.fieldname, String(part.value));
      else uploads.set(part.fieldname, await saveUpload(part, intake));
    }
  } catch (error) {
    await Promise.all([...uploads.values()].map(({ diskPath }) => rm(diskPath, { force: true })));
    throw error instanceof BotApiError ? error : badRequest('unexpected end of request content');
  }
  return uploads;
}

interface FilePart {
  filename: string;
  mimetype: string;
  file: Readable;
}

/** Writes a part to disk; what goes beyond the limit is read to its end but not kept. */
async function saveUpload({ filename, mimetype, file }: FilePart, intake: Intake): Promise<Upload> {
  const { files, uploadBytesPerSMax: bytesPerS } = intake;
  const diskPath = files.newTemporaryPath();
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      const kept = bytes > KEPT_BYTES_MAX ? undefined : chunk;
      if (bytesPerS === undefined) done(null, kept);
      else setTimeout(() => done(null, kept), (chunk.length / bytesPerS) * 1_000);
    },
  });
  try {
    await pipeline(file, counter, createWriteStream(diskPath));
  } catch (error) {
    await rm(diskPath, { force: true });
    throw error;
  }
  return { name: filename, mimeType: mimetype, bytes, diskPath };
}
