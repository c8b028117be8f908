import axios from 'axios';
import { Telegram, TelegramError as ApiRefusal } from 'telegraf';
import type { Opts, Telegram as ApiMethods } from 'telegraf/types';
import {
  CALL_BUCKETS_S,
  defineCounter,
  defineHistogram,
  startTimer,
  toError,
  type Metrics,
} from '../../platform/index.js';
import { multipartForm, type FormFields, type FormFile, type MultipartForm } from './multipart-form.js';
import { decideMeaning, decideMeaningOfFailure, type ConnectionFailure } from './telegram-errors.rules.js';
import { TelegramError } from './telegram.errors.js';

export interface CallLimits {
  /** From the first byte sent to the last byte read. */
  timeoutMs: number;
  /** Ends the call early; such a call fails like one whose connection broke. */
  signal?: AbortSignal;
}

/** What the Bot API answers (https://core.telegram.org/bots/api#making-requests). */
type ApiAnswer = { ok: true; result: unknown } | ({ ok: false } & ApiRefusal['response']);

const ANSWER_BYTES_MAX = 1024 * 1024;

const CALLS = defineCounter({
  name: 'neurocards_telegram_calls_total',
  help: 'Calls of the Bot API by what became of them; rate_limited: Telegram answered 429.',
  labels: { method: 'any', outcome: 'any' },
});
const CALL_SECONDS = defineHistogram({
  name: 'neurocards_telegram_call_duration_seconds',
  help: 'What calls of the Bot API took; getUpdates waits for updates as long as it was told to.',
  labels: { method: 'any' },
  buckets: CALL_BUCKETS_S,
});

type CallSignal = NonNullable<Parameters<Telegram['callApi']>[2]>['signal'];

/**
 * Calls methods of the Bot API through Telegraf's client, with time limits of our own (its 500 s would hold a lock for far
 * too long) and with every failure turned into a `TelegramError`, from whose text the token is removed.
 */
export class TelegramTransport {
  private readonly telegram: Telegram;

  constructor(
    private readonly token: string,
    readonly apiRoot: string,
    private readonly metrics: Metrics,
  ) {
    // A path without a trailing slash would be replaced by the method's.
    this.telegram = new Telegram(token, { apiRoot: `${apiRoot}/`, webhookReply: false });
  }

  /** @throws TelegramError, and nothing else. */
  call<M extends keyof ApiMethods>(
    method: M,
    payload: Opts<M>,
    limits: CallLimits,
  ): Promise<ReturnType<ApiMethods[M]>> {
    return this.counted(method, () => this.ask(method, payload, limits));
  }

  private async ask<M extends keyof ApiMethods>(
    method: M,
    payload: Opts<M>,
    limits: CallLimits,
  ): Promise<ReturnType<ApiMethods[M]>> {
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    const signals = [timeout, limits.signal].filter((signal) => signal !== undefined);
    const signal = AbortSignal.any(signals) as unknown as CallSignal;
    try {
      return await this.telegram.callApi(method, payload, { signal });
    } catch (error) {
      if (error instanceof ApiRefusal) throw this.refusal(method, error.response);
      throw this.failure(method, error, timeout.aborted ? 'timeout' : undefined);
    }
  }

  /**
   * Calls a method with a file, which is streamed from disk as fast as Telegram takes it. Not through Telegraf: it reads as fast as the disk
   * gives, and keeps in memory what is not sent yet.
   *
   * @throws TelegramError, and nothing else: `not_sent` when the file could not be read to its end (a cut-off upload is never published).
   */
  upload<M extends keyof ApiMethods>(
    method: M,
    fields: FormFields,
    file: FormFile,
    limits: CallLimits,
  ): Promise<ReturnType<ApiMethods[M]>> {
    return this.counted(method, () => this.send(method, fields, file, limits));
  }

  private async send<M extends keyof ApiMethods>(
    method: M,
    fields: FormFields,
    file: FormFile,
    { timeoutMs }: CallLimits,
  ): Promise<ReturnType<ApiMethods[M]>> {
    const body = multipartForm(fields, file);
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.post(method, body, timeout);
      if (answer.ok) return answer.result as ReturnType<ApiMethods[M]>;
      throw this.refusal(method, answer);
    } catch (error) {
      if (error instanceof TelegramError) throw error;
      const endedBy = body.file.errored ? 'source' : timeout.aborted ? 'timeout' : undefined;
      throw this.failure(method, error, endedBy);
    } finally {
      body.file.destroy();
    }
  }

  /** Calls a method that Telegraf's types, those of Bot API 7.1, do not have yet. @throws TelegramError, and nothing else. */
  callUntyped(method: string, payload: object, limits: CallLimits): Promise<unknown> {
    return this.call(method as never, payload as never, limits);
  }

  /** The address of a file on Telegram's server. It holds the token: never log it, never pass it on. */
  fileUrl(filePath: string): string {
    return `${this.apiRoot}/file/bot${this.token}/${filePath}`;
  }

  /** A call that got no readable answer, as our error. The original is not kept as the cause: its text may hold the token. */
  failure(method: string, error: unknown, endedBy?: ConnectionFailure['endedBy']): TelegramError {
    const { code } = error as { code?: string };
    const message = this.redact(toError(error).message);
    const description = endedBy ? `ended by our ${endedBy}` : [code, message].filter(Boolean).join(' ');
    return new TelegramError(method, decideMeaningOfFailure({ code, message, endedBy }), description);
  }

  private async counted<T>(method: string, call: () => Promise<T>): Promise<T> {
    const timer = startTimer();
    let outcome = 'done';
    try {
      return await call();
    } catch (error) {
      outcome = error instanceof TelegramError ? error.meaning : 'broken';
      throw error;
    } finally {
      this.metrics.count(CALLS, { method, outcome });
      this.metrics.observe(CALL_SECONDS, { method }, timer());
    }
  }

  private async post(method: string, { form }: MultipartForm, signal: AbortSignal): Promise<ApiAnswer> {
    const answer = await axios.post<string>(`${this.apiRoot}/bot${this.token}/${method}`, form, {
      signal,
      proxy: false,
      // A redirect could only be followed with the whole body kept.
      maxRedirects: 0,
      maxBodyLength: Infinity,
      maxContentLength: ANSWER_BYTES_MAX,
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
    });
    if (answer.status >= 500) return { ok: false, error_code: answer.status, description: answer.statusText };
    return JSON.parse(answer.data) as ApiAnswer;
  }

  private refusal(method: string, answer: ApiRefusal['response']): TelegramError {
    const { error_code: errorCode, description = '', parameters } = answer;
    const verdict = decideMeaning({ errorCode, description, retryAfterS: parameters?.retry_after });
    return new TelegramError(method, verdict, this.redact(`${errorCode} ${description}`));
  }

  private redact(text: string): string {
    return text.replaceAll(this.token, '<token>');
  }
}
