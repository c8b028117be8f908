import { z } from 'zod';
import type { KieEnvelope, KieRaw, KieRecord, KieTaskParam } from './kie.types.js';

/** How much of an answer is kept for `error_details`. */
const RAW_BYTES_MAX = 16 * 1024;
const TASK_ID_LENGTH_MAX = 256;
const TEXT_LENGTH_MAX = 1000;

// Without NUL, which PostgreSQL does not take.
const id = z
  .string()
  .trim()
  .min(1)
  .max(TASK_ID_LENGTH_MAX)
  .regex(/^[^\0]*$/);
const wholeNumber = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int());
const amount = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .pipe(z.number().nonnegative());
const optional = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);

/** KIE's envelope; `msg` is `message` on some routes, and an empty one says nothing. */
const envelopeSchema = z
  .object({
    code: wholeNumber,
    msg: optional(z.string()),
    message: optional(z.string()),
    data: z.unknown().optional(),
  })
  .transform(({ code, msg, message, data }) => ({
    code,
    text: storable(msg || message || ''),
    data: data ?? null,
  }));

/** `null` for whatever is not KIE's envelope: a page, cut JSON, JSON of a proxy. */
export function parseEnvelope(body: string): KieEnvelope | null {
  return envelopeSchema.safeParse(parseJson(body)).data ?? null;
}

/** `data.taskId` of a creation; `null` when it is missing or empty. */
export function parseTaskId(data: unknown): string | null {
  return z.object({ taskId: id }).safeParse(data).data?.taskId ?? null;
}

const failCode = optional(z.union([z.string(), z.number().transform(String)])).transform(
  (code) => code || null,
);
const failMsg = optional(z.string()).transform((text) => storable(text ?? ''));
const param = z.unknown().optional().transform(parseParam);
const result = z.unknown().optional().transform(parseResultUrls);

const recordSchema = z
  .object({
    taskId: optional(id),
    state: z.string(),
    param,
    resultJson: result,
    failCode,
    failMsg,
    progress: optional(amount),
    creditsConsumed: optional(amount),
  })
  .transform(({ resultJson: resultUrls, ...record }) => ({ ...record, resultUrls }));

/** `null` when it is not a task's record. */
export function parseRecord(data: unknown): KieRecord | null {
  return recordSchema.safeParse(data).data ?? null;
}

const veoRecordSchema = z
  .object({
    taskId: optional(id),
    successFlag: wholeNumber,
    paramJson: param,
    response: result,
    errorCode: failCode,
    errorMessage: failMsg,
  })
  .transform((record) => ({
    taskId: record.taskId,
    state: veoState(record.successFlag),
    param: record.paramJson,
    resultUrls: record.response,
    failCode: record.errorCode,
    failMsg: record.errorMessage,
    progress: null,
    // Veo tells neither.
    creditsConsumed: null,
  }));

/**
 * The record of a task of Veo in the words of the market's. Its times are text without a zone, and nobody needs them.
 *
 * @returns `null` when it is not a task's record.
 * @see https://docs.kie.ai/cn/veo3-api/get-veo-3-video-details
 */
export function parseVeoRecord(data: unknown): KieRecord | null {
  return veoRecordSchema.safeParse(data).data ?? null;
}

/** 2 is a failure, 3 one of the upstream; the page's own list of values ends at 2, so that a 4 may come. */
function veoState(successFlag: number): string {
  if (successFlag >= 2) return 'fail';
  return successFlag === 1 ? 'success' : 'generating';
}

const resultSchema = z.object({
  resultUrls: z.union([z.string().transform((url) => [url]), z.array(z.unknown())]).nullish(),
});

/**
 * The links of a finished task, http(s) only: of `resultJson`, JSON as text and empty text before the end, or of Veo's `response`.
 *
 * @returns `null` when the text is there but cannot be read, which a second reading may cure.
 */
export function parseResultUrls(result: unknown): string[] | null {
  if (result === null || result === undefined || result === '') return [];
  const parsed = resultSchema.safeParse(fromJsonText(result));
  if (!parsed.success) return null;
  return (parsed.data.resultUrls ?? []).filter(
    (url): url is string => z.url({ protocol: /^https?$/ }).safeParse(url).success,
  );
}

/** `param`, or Veo's `paramJson`, is JSON as text, holding our request. */
function parseParam(request: unknown): KieTaskParam | null {
  const schema = z.object({ model: optional(z.string()), callBackUrl: optional(z.string()) });
  const { data } = schema.safeParse(fromJsonText(request));
  return data ? { model: data.model, callbackUrl: data.callBackUrl } : null;
}

/** The link of an uploaded file: `downloadUrl` in real answers, `fileUrl` in the quick start. */
export function parseUploadUrl(data: unknown): string | null {
  const url = optional(z.url({ protocol: /^https?$/ }));
  const parsed = z.object({ downloadUrl: url, fileUrl: url }).safeParse(data).data;
  return parsed?.downloadUrl ?? parsed?.fileUrl ?? null;
}

/** The link of download-url, a bare text. */
export function parseLink(data: unknown): string | null {
  return z.url({ protocol: /^https?$/ }).safeParse(data).data ?? null;
}

/** The balance: a bare number, sometimes with a fraction. */
export function parseCredits(data: unknown): number | null {
  return amount.safeParse(data).data ?? null;
}

const callbackSchema = z.object({
  taskId: optional(id),
  data: optional(z.object({ taskId: optional(id), task_id: optional(id) })),
});

/** The id of the task that a callback claims to be about, wherever its route puts it; `null` when the body names none. */
export function parseClaimedTaskId(body: unknown): string | null {
  const callback = callbackSchema.safeParse(fromJsonText(body)).data;
  return callback?.data?.taskId ?? callback?.data?.task_id ?? callback?.taskId ?? null;
}

/** The answer as it is kept: bounded, and fit for jsonb, which takes neither U+0000 nor half a surrogate pair. */
export function keepRaw(httpStatus: number | null, body: string): KieRaw {
  const bytes = Buffer.from(body, 'utf8');
  const truncated = bytes.length > RAW_BYTES_MAX;
  const parsed = truncated || /\\u(?:0000|d[89a-f])/i.test(body) ? undefined : parseJson(body);
  const kept = parsed ?? storable(bytes.subarray(0, RAW_BYTES_MAX).toString('utf8'), RAW_BYTES_MAX);
  return { httpStatus, body: kept, ...(truncated ? { truncated } : {}) };
}

function storable(text: string, lengthMax = TEXT_LENGTH_MAX): string {
  return text
    .slice(0, lengthMax)
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '');
}

function fromJsonText(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
