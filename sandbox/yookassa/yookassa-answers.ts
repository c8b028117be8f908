import { randomUUID } from 'node:crypto';

/** An answer before it goes on the wire. */
export interface YooAnswer {
  status: number;
  body: unknown;
}

/** YooKassa's words for what went wrong. https://yookassa.ru/developers/using-api/response-handling/http-codes */
export type YooErrorCode =
  | 'invalid_request'
  | 'invalid_credentials'
  | 'forbidden'
  | 'not_found'
  | 'gone'
  | 'too_many_requests'
  | 'internal_server_error';

/** The rest of an error's body. */
export interface YooErrorDetails {
  code?: string;
  description: string;
  parameter?: string;
  retry_after?: number;
}

/** The texts of the real service, as its documentation and public clients' logs show them. */
export const YOOKASSA_TEXTS = {
  credentials:
    'Error in shopId or secret key. Check their validity. You can reissue the key in the Merchant Profile',
  keyMissing: 'Idempotence key is missing',
  keyTooLong: 'Idempotence key is too long. Specify a key up to 64 characters long',
  keyIllegal: 'Idempotence key contains illegal characters. Use 0-9, a-z, A-Z, +, -, _ and .',
  keyDuplicated: 'Idempotence key duplicated',
  receipt: 'Receipt is missing or illegal',
  paymentUnknown: "Incorrect payment_id. Payment doesn't exist or access denied",
  refundUnknown: "Incorrect refund_id. Refund doesn't exist or access denied",
  recurring: "This store can't make recurring payments. Contact the YooMoney manager to learn more",
  forbidden: 'You do not have the rights to perform this operation',
  tooMany: 'Too many requests. Repeat the request later',
  internal: 'Internal server error',
  processing: 'Request accepted, but not processed yet. Please retry with the same parameters',
} as const;

const CODES: Readonly<Record<number, YooErrorCode>> = {
  401: 'invalid_credentials',
  403: 'forbidden',
  404: 'not_found',
  410: 'gone',
  429: 'too_many_requests',
};

/** The code that goes with an HTTP status. */
export function codeOfStatus(status: number): YooErrorCode {
  return CODES[status] ?? (status >= 500 ? 'internal_server_error' : 'invalid_request');
}

/** The answer of a call that worked: 200, for creations too. */
export function accepted(body: unknown): YooAnswer {
  return { status: 200, body };
}

/** An error in YooKassa's shape. */
export function errorAnswer(status: number, { code, ...details }: YooErrorDetails): YooAnswer {
  return {
    status,
    body: { type: 'error', id: randomUUID(), code: code ?? codeOfStatus(status), ...details },
  };
}

/** YooKassa says no; the routes turn it into the answer. */
export class YooRefusal extends Error {
  override readonly name = 'YooRefusal';
  readonly answer: YooAnswer;

  constructor(
    readonly status: number,
    description: string,
    parameter?: string,
  ) {
    super(description);
    this.answer = errorAnswer(status, { description, ...(parameter === undefined ? {} : { parameter }) });
  }
}

/** A request that breaks the rules: 400. */
export function illegal(parameter: string, description = `Incorrect ${parameter}`): YooRefusal {
  return new YooRefusal(400, description, parameter);
}
