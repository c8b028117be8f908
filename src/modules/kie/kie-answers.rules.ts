import { classifyKieAnswer, classifyTaskFailure } from './kie-errors.rules.js';
import type { CreateOutcome, KieEnvelope, KieRaw, KieRecord, KieRefusal, TaskReading } from './kie.types.js';

/** An HTTP answer, read as far as it can be. */
export interface KieAnswer {
  httpStatus: number;
  /** `null` when the body is not KIE's. */
  envelope: KieEnvelope | null;
  retryAfterMs: number | null;
  raw: KieRaw;
}

/** A gateway before KIE gave up waiting, whatever format it says so in: the task may have been made. */
const GATEWAY_CODES: readonly number[] = [502, 503, 504];
const UNKNOWN = { class: 'unknown', reason: 'unknown', action: 'fail' } as const;
const TEMPORARY = { class: 'temporary', reason: 'temporary', action: 'retry' } as const;
const isOk = (httpStatus: number) => httpStatus >= 200 && httpStatus < 300;

/** Success is HTTP 2xx **and** code 200: KIE answers 200 to most of its errors. */
export function isSuccess(answer: KieAnswer): boolean {
  return isOk(answer.httpStatus) && answer.envelope?.code === 200;
}

/** An answer that is not a success, in KIE's words and ours. */
export function refusalOf(answer: KieAnswer): KieRefusal {
  const { envelope, httpStatus, raw } = answer;
  const code = envelope?.code ?? (isOk(httpStatus) ? null : httpStatus);
  const { pauseMs, ...verdict } = classifyKieAnswer(envelope?.code ?? null, envelope?.text ?? '', httpStatus);
  const retryAfterMs = answer.retryAfterMs ?? pauseMs;
  const text = isSuccess(answer) ? 'Success without what was asked for' : envelope?.text;
  return {
    ...verdict,
    code,
    text: text || `HTTP ${httpStatus} without a readable answer`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    raw,
  };
}

/** An upload that was refused: it holds no words of the person, so that nothing in it can be held against them, and it knows no model. */
export function uploadRefusalOf(answer: KieAnswer): KieRefusal {
  const refusal = refusalOf(answer);
  if (refusal.action === 'next_model') return { ...refusal, ...TEMPORARY };
  return refusal.reason === 'moderation_text' ? { ...refusal, ...UNKNOWN } : refusal;
}

/**
 * What became of a creation. Only a verdict refuses: KIE's own code, or a 4xx, which says that the request was not carried
 * out. Everything else that arrived after sending leaves it open whether a paid task exists.
 *
 * @param taskId `data.taskId` of the answer, `null` when it has none
 */
export function decideCreateOutcome(answer: KieAnswer, taskId: string | null): CreateOutcome {
  const { envelope, httpStatus, raw } = answer;
  if (isSuccess(answer) && taskId !== null) return { kind: 'accepted', taskId, raw };
  const refusal = refusalOf(answer);
  if (isVerdict(answer, refusal)) return { kind: 'refused', ...refusal };
  const what = envelope ? `code ${envelope.code} without a task id: ${envelope.text}` : 'no readable answer';
  return { kind: 'unknown', text: `HTTP ${httpStatus}, ${what}`, raw };
}

function isVerdict({ envelope, httpStatus }: KieAnswer, refusal: KieRefusal): boolean {
  if (!envelope) return httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408;
  if (envelope.code === 200 || GATEWAY_CODES.includes(envelope.code)) return false;
  // KIE's own refusals come under HTTP 200. Under 5xx something broke half way, unless the text is clear about it.
  return httpStatus < 500 || (refusal.class !== 'temporary' && refusal.class !== 'unknown');
}

/**
 * What KIE says of the task that was asked for.
 *
 * @param record the answer's `data`, `null` when that is not a record
 */
export function decideTaskReading(
  answer: KieAnswer,
  { taskId, record }: { taskId: string; record: KieRecord | null },
): TaskReading {
  if (!isSuccess(answer)) return readRefusal(answer);
  if (!record) return unreadable(answer, 'the answer holds no record of a task');
  if (record.taskId !== null && record.taskId !== taskId) {
    return unreadable(answer, 'the answer is about another task');
  }
  const { param, creditsConsumed, resultUrls } = record;
  switch (record.state) {
    case 'success':
      if (resultUrls === null) return unreadable(answer, 'the result of the task cannot be read');
      if (resultUrls.length === 0) return withoutResult(answer, record);
      return { kind: 'succeeded', resultUrls, creditsConsumed, param, raw: answer.raw };
    case 'fail':
      return failed(answer, record);
    default:
      // Only two states are final; a word that nobody knows yet is a task still running.
      return { kind: 'running', progress: record.progress, param };
  }
}

/** "recordInfo is null" of the market, "record is null" of Veo. */
const NOT_YET = /\brecord(?:info)? is null/i;

function readRefusal(answer: KieAnswer): TaskReading {
  const code = answer.envelope?.code ?? null;
  const isUnknownTask = code === 404 || (code === 422 && NOT_YET.test(answer.envelope?.text ?? ''));
  return isUnknownTask ? { kind: 'not_yet' } : unreadable(answer, refusalOf(answer).text);
}

function unreadable(answer: KieAnswer, text: string): TaskReading {
  return { kind: 'unreadable', text, code: answer.envelope?.code ?? null };
}

function failed(answer: KieAnswer, record: KieRecord): TaskReading {
  const { failCode, failMsg, param, creditsConsumed } = record;
  const { pauseMs, ...verdict } = classifyTaskFailure(failCode, failMsg);
  const isNumber = failCode !== null && /^\d+$/.test(failCode);
  const text = [isNumber ? null : failCode, failMsg].filter(Boolean).join(': ');
  return {
    kind: 'failed',
    ...verdict,
    ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
    code: isNumber ? Number(failCode) : null,
    text: text || 'The task failed without a reason',
    creditsConsumed,
    param,
    raw: answer.raw,
  };
}

/** KIE says success and gives no video: final, and not retried, because what happened is not known. */
function withoutResult(answer: KieAnswer, { param, creditsConsumed }: KieRecord): TaskReading {
  const text = 'The task succeeded without a link to its video';
  return { kind: 'failed', ...UNKNOWN, code: null, text, creditsConsumed, param, raw: answer.raw };
}
