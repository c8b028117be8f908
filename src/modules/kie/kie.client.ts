import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Injectable } from '@nestjs/common';
import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import {
  createHttpClient,
  describeConnectionFailure,
  Env,
  logger,
  Metrics,
  startTimer,
  type ConnectionFailure,
} from '../../platform/index.js';
import {
  decideCreateOutcome,
  decideTaskReading,
  isSuccess,
  refusalOf,
  uploadRefusalOf,
  type KieAnswer,
} from './kie-answers.rules.js';
import type { KieKey } from './kie-keys.js';
import { buildInput } from './kie-input.rules.js';
import { findModel } from './kie-models.rules.js';
import {
  keepRaw,
  parseCredits,
  parseEnvelope,
  parseLink,
  parseTaskId,
  parseUploadUrl,
} from './kie-replies.schemas.js';
import { routeOf } from './kie-routes.rules.js';
import { codeOf, KIE_CALL_SECONDS, type KieOperation } from './kie-calls.metrics.js';
import { KieInputError } from './kie.errors.js';
import type { CreateOutcome, CreditsReading, KieRefusal, TaskReading, UploadOutcome } from './kie.types.js';

const UPLOAD_FOLDER = 'neurocards';
const RETRY_AFTER_MAX_MS = 10 * 60_000;

/** What a task is made from. */
export interface CreateTaskRequest {
  /** A slug of the catalogue. */
  model: string;
  /** At most the model's `promptMaxLength`. */
  prompt: string;
  /** A URL from `uploadPhoto`. */
  photoUrl: string;
  /** Where KIE reports the end; must name our own row, because it is the only way back after a lost answer. */
  callbackUrl?: string | undefined;
}

/** A photo on its way to KIE. */
export interface PhotoUpload {
  bytes: Buffer;
  /** Ends the stored name; a random id is put before it, since KIE overwrites equal names and caches the old bytes. */
  fileName: string;
  mimeType: string;
}

/**
 * KIE.AI over HTTP. Whatever KIE or the network does comes back as a value; only a request that we built wrongly throws.
 * Retries nothing: callers decide, because a task costs money.
 *
 * @see https://docs.kie.ai
 */
@Injectable()
export class KieClient {
  private readonly log = logger('kie');
  private readonly api: AxiosInstance;
  private readonly uploads: AxiosInstance;
  private readonly env: Env;
  // A kept-alive connection that KIE has just closed would turn a creation into one with an unknown outcome.
  private readonly freshConnections = {
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  };

  constructor(
    env: Env,
    private readonly metrics: Metrics,
  ) {
    this.env = env;
    this.api = createHttpClient({ baseUrl: env.KIE_BASE_URL, timeoutMs: env.KIE_TIMEOUT_MS });
    this.uploads = createHttpClient({
      baseUrl: env.KIE_UPLOAD_BASE_URL,
      timeoutMs: env.KIE_UPLOAD_TIMEOUT_MS,
    });
  }

  /**
   * Makes a task, which costs money. Write down the intent first.
   *
   * @throws KieInputError when the model is not in the catalogue, or the prompt or the photo's URL does not fit it.
   * @see https://docs.kie.ai/market/quickstart
   * @see https://docs.kie.ai/veo3-api/quickstart
   */
  async createTask(key: KieKey, request: CreateTaskRequest): Promise<CreateOutcome> {
    const model = findModel(request.model);
    if (!model) throw new KieInputError(`The catalogue has no model ${request.model}`);
    const route = routeOf(model.id);
    const head = {
      model: model.id,
      ...(request.callbackUrl ? { callBackUrl: request.callbackUrl } : {}),
    };
    const answer = await this.ask('create_task', key, {
      method: 'POST',
      url: route.createPath,
      timeout: this.env.KIE_CREATE_TIMEOUT_MS,
      ...this.freshConnections,
      data: route.createBody(head, buildInput(model, request)),
    });
    const outcome =
      'failure' in answer ? outcomeOfFailure(answer) : decideCreateOutcome(answer, taskIdOf(answer));
    if (outcome.kind !== 'accepted') {
      this.log.warn({ key: key.fingerprint, model: model.id, outcome }, `KIE: createTask ${outcome.kind}`);
    }
    return outcome;
  }

  /**
   * Reads a task with the key that made it.
   *
   * @see https://docs.kie.ai/market/common/get-task-detail
   * @see https://docs.kie.ai/cn/veo3-api/get-veo-3-video-details
   */
  async readTask(key: KieKey, task: { model: string; taskId: string }): Promise<TaskReading> {
    const route = routeOf(task.model);
    const answer = await this.ask('read_task', key, {
      method: 'GET',
      url: route.statusPath,
      params: { taskId: task.taskId },
    });
    if ('failure' in answer) return { kind: 'unreadable', text: answer.failure, code: null };
    const record = route.parseRecord(answer.envelope?.data);
    const reading = decideTaskReading(answer, { taskId: task.taskId, record });
    if (reading.kind === 'failed' || reading.kind === 'unreadable') {
      this.log.warn({ key: key.fingerprint, ...task, reading }, `KIE: task ${reading.kind}`);
    }
    return reading;
  }

  /**
   * Hands a photo over; the link lives 24 h at least.
   *
   * @see https://docs.kie.ai/file-upload-api/quickstart
   */
  async uploadPhoto(key: KieKey, photo: PhotoUpload): Promise<UploadOutcome> {
    const form = new FormData();
    form.set('uploadPath', UPLOAD_FOLDER);
    form.set('fileName', `${randomUUID()}-${photo.fileName}`);
    form.set('file', new Blob([new Uint8Array(photo.bytes)], { type: photo.mimeType }), photo.fileName);
    const answer = await this.ask('upload', key, {
      method: 'POST',
      url: '/api/file-stream-upload',
      data: form,
    });
    const outcome = 'failure' in answer ? noUpload(refusalOfFailure(answer)) : outcomeOfUpload(answer);
    if (outcome.kind === 'refused') this.log.warn({ key: key.fingerprint, outcome }, 'KIE: upload refused');
    return outcome;
  }

  /**
   * A fresh link to a file that KIE made, good for 20 minutes; null when it gives none, because the file is gone too.
   *
   * @see https://docs.kie.ai/common-api/download-url
   */
  async refreshLink(key: KieKey, url: string): Promise<string | null> {
    const answer = await this.ask('refresh_link', key, {
      method: 'POST',
      url: '/api/v1/common/download-url',
      data: { url },
    });
    const link = !('failure' in answer) && isSuccess(answer) ? parseLink(answer.envelope?.data) : null;
    const text = 'failure' in answer ? answer.failure : refusalOf(answer).text;
    if (!link) this.log.warn({ key: key.fingerprint, text }, 'KIE: no fresh link');
    return link;
  }

  /**
   * The balance of the key's account, in KIE credits.
   *
   * @see https://docs.kie.ai/common-api/get-account-credits
   */
  async readCredits(key: KieKey): Promise<CreditsReading> {
    const answer = await this.ask('read_credits', key, { method: 'GET', url: '/api/v1/chat/credit' });
    if ('failure' in answer) return { kind: 'refused', ...refusalOfFailure(answer) };
    const credits = isSuccess(answer) ? parseCredits(answer.envelope?.data) : null;
    return credits === null ? { kind: 'refused', ...refusalOf(answer) } : { kind: 'known', credits };
  }

  private async ask(
    operation: KieOperation,
    key: KieKey,
    config: AxiosRequestConfig,
  ): Promise<KieAnswer | ConnectionFailure> {
    const timer = startTimer();
    const answer = await this.request(operation === 'upload' ? this.uploads : this.api, key, config);
    this.metrics.observe(KIE_CALL_SECONDS, { operation, code: codeOf(answer) }, timer());
    return answer;
  }

  /** One request. An axios error holds the Authorization header, so that nothing of it but its code leaves this method. */
  private async request(
    client: AxiosInstance,
    key: KieKey,
    config: AxiosRequestConfig,
  ): Promise<KieAnswer | ConnectionFailure> {
    try {
      const headers = { Authorization: `Bearer ${key.secret}` };
      const response = await client.request<unknown>({ ...config, headers });
      const body = typeof response.data === 'string' ? response.data : '';
      return {
        httpStatus: response.status,
        envelope: parseEnvelope(body),
        retryAfterMs: parseRetryAfter(response.headers['retry-after']),
        raw: keepRaw(response.status, body),
      };
    } catch (error) {
      return describeConnectionFailure(error);
    }
  }
}

function outcomeOfUpload(answer: KieAnswer): UploadOutcome {
  const url = isSuccess(answer) ? parseUploadUrl(answer.envelope?.data) : null;
  return url ? { kind: 'uploaded', url, raw: answer.raw } : noUpload(uploadRefusalOf(answer));
}

function noUpload(refusal: KieRefusal): UploadOutcome {
  return { kind: 'refused', ...refusal };
}

function taskIdOf(answer: KieAnswer): string | null {
  return parseTaskId(answer.envelope?.data);
}

function parseRetryAfter(header: unknown): number | null {
  if (typeof header !== 'string' || !/^\d{1,6}$/.test(header)) return null;
  return Math.min(Number(header) * 1000, RETRY_AFTER_MAX_MS);
}

function refusalOfFailure(failure: ConnectionFailure): KieRefusal {
  const verdict = { class: 'temporary', reason: 'temporary', action: 'retry' } as const;
  return { ...verdict, code: null, text: failure.failure, raw: keepRaw(null, failure.failure) };
}

function outcomeOfFailure(failure: ConnectionFailure): CreateOutcome {
  if (!failure.wasSent) return { kind: 'refused', ...refusalOfFailure(failure) };
  return { kind: 'unknown', text: failure.failure, raw: keepRaw(null, failure.failure) };
}
