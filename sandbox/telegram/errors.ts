/** Extra facts of a refusal, as the Bot API's `ResponseParameters`. */
export interface ErrorParameters {
  retry_after?: number;
  migrate_to_chat_id?: number;
}

/**
 * A refusal of the Bot API: the HTTP status, which is also `error_code`, and the exact description that the real
 * server gives (https://github.com/tdlib/telegram-bot-api, Client.cpp).
 */
export class BotApiError extends Error {
  constructor(
    readonly status: number,
    readonly description: string,
    readonly parameters?: ErrorParameters,
    /** The text before the official prefix was added, for a refusal that quotes another one. */
    readonly innerText: string = description,
  ) {
    super(description);
    this.name = 'BotApiError';
  }
}

/** 400 with the official prefix; the text starts small unless it is a server constant such as BUTTON_DATA_INVALID. */
export function badRequest(text: string): BotApiError {
  return new BotApiError(400, `Bad Request: ${lowerFirst(text)}`, undefined, text);
}

/** 403 with the official prefix. */
export function forbidden(text: string): BotApiError {
  return new BotApiError(403, `Forbidden: ${lowerFirst(text)}`);
}

/** 409 with the official prefix. */
export function conflict(text: string): BotApiError {
  return new BotApiError(409, `Conflict: ${text}`);
}

/** 429 that names the seconds to wait, at least 1. */
export function tooManyRequests(retryAfterS: number): BotApiError {
  const seconds = Math.max(1, Math.ceil(retryAfterS));
  return new BotApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

/** 413 for an upload above 50 MB (https://core.telegram.org/bots/api#sending-files). */
export function entityTooLarge(): BotApiError {
  return new BotApiError(413, 'Request Entity Too Large');
}

/** A mistake of whoever scripts the fake's people: an unknown person, a button that is not there. */
export class PeopleError extends Error {
  override readonly name = 'PeopleError';
}

function lowerFirst(text: string): string {
  const second = text.charAt(1);
  if (second === '_' || (second >= 'A' && second <= 'Z')) return text;
  return text.charAt(0).toLowerCase() + text.slice(1);
}
