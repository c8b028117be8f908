/** Whose fault a refusal is; the value of `jobs.error_class` and `kie_tasks.error_class`. */
export type ErrorClass = 'user_violation' | 'billing' | 'rate_limit' | 'temporary' | 'unknown';

/** The values of `jobs.failure_reason` that an answer of KIE can lead to. */
export type KieFailureReason =
  'moderation_photo' | 'moderation_text' | 'billing' | 'rate_limit' | 'temporary' | 'unknown';

/**
 * What to do about a refusal:
 * - `fail`: end the job; trying again changes nothing.
 * - `next_key`: no task was made for this key's sake; try the next healthy key at once.
 * - `next_model`: this model is out of order; try the next one of the catalogue.
 * - `delay`: no task was made; the same again later, and it does not count as an attempt.
 * - `retry`: a new task, as long as attempts are left.
 * - `new_upload`: hand the photo over again and try once more; the second time it is `fail`.
 */
export type KieAction = 'fail' | 'next_key' | 'next_model' | 'delay' | 'retry' | 'new_upload';

/** The meaning of one refusal. */
export interface KieVerdict {
  /** `null` when only the model is at fault. */
  class: ErrorClass | null;
  /** What the person is told once the action leads nowhere. */
  reason: KieFailureReason;
  action: KieAction;
  /** The shortest sensible pause before the action, where KIE's documentation names one. */
  pauseMs?: number;
}

/** An answer as it came, for `error_details`: parsed JSON where it was safe JSON, else text; at most 16 kB. */
export interface KieRaw {
  /** `null` when no answer came at all. */
  httpStatus: number | null;
  body: unknown;
  /** The body was longer than what is kept. */
  truncated?: true;
}

/** An answer of KIE that can be read, `{code, msg, data}`. */
export interface KieEnvelope {
  code: number;
  /** `msg`, else `message`; may be empty. */
  text: string;
  data: unknown;
}

/** What KIE keeps about a task, as far as we use it. */
export interface KieRecord {
  taskId: string | null;
  /** Only `success` and `fail` are final. */
  state: string;
  param: KieTaskParam | null;
  /** The links to what was made, http(s) only; `null` when they cannot be read, which a second reading may cure. */
  resultUrls: string[] | null;
  failCode: string | null;
  failMsg: string;
  progress: number | null;
  creditsConsumed: number | null;
}

/** A refusal in KIE's own words and in ours. */
export interface KieRefusal {
  class: ErrorClass | null;
  reason: KieFailureReason;
  action: KieAction;
  /** The `code` of the body, else the HTTP status of a page; `null` when neither says anything. */
  code: number | null;
  /** KIE's text, or ours where it sent none. Fit for a log and for a text column, not for the person. */
  text: string;
  /** From `Retry-After`, else from the table. */
  retryAfterMs?: number;
  raw: KieRaw;
}

/** What became of a createTask. `unknown`: a paid task may exist whose id we do not have; never post again blindly. */
export type CreateOutcome =
  | { kind: 'accepted'; taskId: string; raw: KieRaw }
  | ({ kind: 'refused' } & KieRefusal)
  | { kind: 'unknown'; text: string; raw: KieRaw };

/** What KIE remembers of the request that made a task. */
export interface KieTaskParam {
  model: string | null;
  callbackUrl: string | null;
}

/** What recordInfo says of a task. */
export type TaskReading =
  /** In progress; `progress` is 0 to 100 where the model tells it. */
  | { kind: 'running'; progress: number | null; param: KieTaskParam | null }
  /** KIE does not know the id, which is usual in the first minute of a task's life. */
  | { kind: 'not_yet' }
  | {
      kind: 'succeeded';
      /** At least one, each an http(s) URL. */
      resultUrls: string[];
      /** KIE credits; `null` when it does not say. */
      creditsConsumed: number | null;
      param: KieTaskParam | null;
      raw: KieRaw;
    }
  | ({ kind: 'failed'; creditsConsumed: number | null; param: KieTaskParam | null } & KieRefusal)
  /** Not an answer about the task (connection, page, cut JSON, limit, key): says nothing, poll again. */
  | { kind: 'unreadable'; text: string; code: number | null };

/** What became of an upload. Uploading again is harmless: the stored name is new each time. */
export type UploadOutcome =
  { kind: 'uploaded'; url: string; raw: KieRaw } | ({ kind: 'refused' } & KieRefusal);

/** The balance of the account behind a key, in KIE credits, which may have a fraction. */
export type CreditsReading = { kind: 'known'; credits: number } | ({ kind: 'refused' } & KieRefusal);
