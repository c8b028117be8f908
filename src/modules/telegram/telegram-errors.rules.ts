/**
 * What a failed call means for us.
 *
 * - `blocked`: the person blocked the bot or deleted the account; not an error of ours.
 * - `chat_unknown`: the person never pressed Start, or the id is wrong.
 * - `rate_limited`: nothing was done; wait as told.
 * - `refused`: Telegram understood the call and said no; the same call again is refused again.
 * - `unauthorized`: the token is wrong or revoked; every call fails.
 * - `conflict`: another program uses the token.
 * - `too_large`: the file is over Telegram's limit.
 * - `not_sent`: the call never reached Telegram (no connection, or our file could not be read); safe to repeat.
 * - `outcome_unknown`: the call may have been done; there is no key to ask with.
 */
export type TelegramMeaning =
  | 'blocked'
  | 'chat_unknown'
  | 'rate_limited'
  | 'refused'
  | 'unauthorized'
  | 'conflict'
  | 'too_large'
  | 'not_sent'
  | 'outcome_unknown';

/** Refusals that some callers treat in a way of their own. */
export type TelegramNuance =
  | 'not_modified'
  | 'message_gone'
  | 'copy_gone'
  | 'query_too_old'
  | 'already_refunded'
  | 'cannot_parse'
  | 'too_long'
  | 'file_unavailable'
  | 'timeout';

export interface TelegramVerdict {
  meaning: TelegramMeaning;
  nuance?: TelegramNuance;
  /** Whether the same call may succeed later. */
  retryable: boolean;
  retryAfterMs?: number;
}

/** An answer `{"ok":false,…}`, or an HTTP status of 500 and above. */
export interface TelegramAnswer {
  errorCode: number;
  description: string;
  retryAfterS?: number;
}

/** A call that got no readable answer. */
export interface ConnectionFailure {
  /** `ECONNREFUSED` and the like, where there is one. */
  code?: string;
  message: string;
  /** Who ended the call: our own time limit, or the file that we were sending. */
  endedBy?: 'timeout' | 'source';
}

const RETRY_AFTER_DEFAULT_S = 1;
const refused = (nuance?: TelegramNuance): TelegramVerdict => ({
  meaning: 'refused',
  nuance,
  retryable: false,
});

/**
 * Texts before codes, first match wins. The texts are those of the server's source and of clients' reports
 * (https://github.com/tdlib/telegram-bot-api), matched loosely because Telegram words some of them anew now and then.
 */
const TEXTS: readonly [RegExp, TelegramVerdict][] = [
  [
    /bot was blocked by the user|user is deactivated|bot was kicked/i,
    { meaning: 'blocked', retryable: false },
  ],
  [
    /can't initiate conversation|chat not found|PEER_ID_INVALID/i,
    { meaning: 'chat_unknown', retryable: false },
  ],
  [/message is not modified/i, refused('not_modified')],
  [/message to (be )?cop(y|ied) not found|message can't be copied/i, refused('copy_gone')],
  [
    /message to (be )?edit(ed)? not found|message can't be edited|MESSAGE_ID_INVALID|no text in the message to edit/i,
    refused('message_gone'),
  ],
  [/query is too old|query ID is invalid|QUERY_ID_INVALID/i, refused('query_too_old')],
  [/ALREADY_REFUNDED|already (been )?refunded/i, refused('already_refunded')],
  [/can't parse (entities|caption|message text)/i, refused('cannot_parse')],
  [/(message|caption|text) is too long|MEDIA_CAPTION_TOO_LONG|MESSAGE_TOO_LONG/i, refused('too_long')],
  [/file is too big|Request Entity Too Large/i, { meaning: 'too_large', retryable: false }],
  [
    /wrong file_id or the file is temporarily unavailable|wrong file identifier/i,
    { meaning: 'refused', nuance: 'file_unavailable', retryable: true },
  ],
];

const CODES: Readonly<Record<number, TelegramVerdict>> = {
  401: { meaning: 'unauthorized', retryable: false },
  // The server answers a token of the wrong form with a plain 404.
  404: { meaning: 'unauthorized', retryable: false },
  409: { meaning: 'conflict', retryable: true },
  413: { meaning: 'too_large', retryable: false },
};

/** The meaning of what Telegram answered. */
export function decideMeaning(answer: TelegramAnswer): TelegramVerdict {
  if (answer.errorCode >= 500) return { meaning: 'outcome_unknown', retryable: true };
  if (answer.errorCode === 429) {
    return { meaning: 'rate_limited', retryable: true, retryAfterMs: retryAfterS(answer) * 1000 };
  }
  const byText = TEXTS.find(([pattern]) => pattern.test(answer.description))?.[1];
  return byText ?? CODES[answer.errorCode] ?? refused();
}

function retryAfterS(answer: TelegramAnswer): number {
  const told = answer.retryAfterS ?? Number(/retry after (\d+)/i.exec(answer.description)?.[1]);
  return Number.isFinite(told) && told > 0 ? told : RETRY_AFTER_DEFAULT_S;
}

/** Failures that happen before a single byte of the request is sent. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|CERT_\w+|ERR_TLS_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

/** The meaning of a call that got no answer: whether Telegram can have seen it decides. */
export function decideMeaningOfFailure(failure: ConnectionFailure): TelegramVerdict {
  if (failure.endedBy === 'source') return { meaning: 'not_sent', retryable: true };
  if (failure.endedBy === 'timeout')
    return { meaning: 'outcome_unknown', nuance: 'timeout', retryable: true };
  const connected = !NOT_CONNECTED.test(failure.code ?? '') && !/connect ETIMEDOUT/.test(failure.message);
  return { meaning: connected ? 'outcome_unknown' : 'not_sent', retryable: true };
}
