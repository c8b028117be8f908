import { z } from 'zod';
import { toKopecks } from '../receipt.rules.js';

// YooKassa's ids are 36 characters that look like a UUID but are none of version 4, so only their shape is asked for.
const id = z.string().regex(/^[0-9a-zA-Z-]{1,64}$/);
const amount = z.looseObject({ value: z.string(), currency: z.string() });
const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const cancellation = z.looseObject({ party: z.string().optional(), reason: z.string() });
const text = z.string().nullish().catch(null);

/** A payment as YooKassa tells it now. */
export interface RemotePayment {
  id: string;
  /** `pending`, `waiting_for_capture`, `succeeded`, `canceled`; an open set. */
  status: string;
  paid: boolean;
  /** Null when it is not written as digits with two decimals. */
  kopecks: number | null;
  currency: string;
  isTest: boolean;
  shopId: string | null;
  /** Ours, from the metadata; null for payments of other programs of the shop. */
  paymentId: string | null;
  /** It has the metadata of the Python system's links, whose Telegram id and how many credits: they name no row. */
  isLegacyLink: boolean;
  confirmationUrl: string | null;
  cancellationReason: string | null;
  refundedKopecks: number;
  createdAt: Date;
}

const digits = z.union([z.string().regex(/^\d+$/), z.int().positive()]);
const legacyLink = z.looseObject({ user_id: digits, credits: digits });

/** https://yookassa.ru/developers/api#payment_object */
const paymentSchema = z
  .looseObject({
    id,
    status: z.string(),
    paid: z.boolean(),
    amount,
    test: z.boolean(),
    created_at: date,
    recipient: z.looseObject({ account_id: text }).nullish(),
    metadata: z.looseObject({ payment_id: text }).nullish().catch(null),
    confirmation: z.looseObject({ confirmation_url: text }).nullish().catch(null),
    cancellation_details: cancellation.nullish().catch(null),
    refunded_amount: amount.nullish(),
  })
  .transform((found): RemotePayment => ({
    id: found.id,
    status: found.status,
    paid: found.paid,
    kopecks: toKopecks(found.amount.value),
    currency: found.amount.currency,
    isTest: found.test,
    shopId: found.recipient?.account_id ?? null,
    paymentId: found.metadata?.payment_id ?? null,
    isLegacyLink: !found.metadata?.payment_id && legacyLink.safeParse(found.metadata).success,
    confirmationUrl: found.confirmation?.confirmation_url ?? null,
    cancellationReason: found.cancellation_details?.reason ?? null,
    refundedKopecks: toKopecks(found.refunded_amount?.value ?? '') ?? 0,
    createdAt: found.created_at,
  }));

/** A refund as YooKassa tells it now. */
export interface RemoteRefund {
  id: string;
  /** YooKassa's id of the payment. */
  providerPaymentId: string;
  /** `pending`, `succeeded`, `canceled`; an open set. */
  status: string;
  kopecks: number | null;
  currency: string;
  description: string | null;
  cancellationReason: string | null;
  createdAt: Date;
}

/** https://yookassa.ru/developers/api#refund_object */
const refundSchema = z
  .looseObject({
    id,
    payment_id: id,
    status: z.string(),
    amount,
    created_at: date,
    description: text,
    cancellation_details: cancellation.nullish().catch(null),
  })
  .transform((found): RemoteRefund => ({
    id: found.id,
    providerPaymentId: found.payment_id,
    status: found.status,
    kopecks: toKopecks(found.amount.value),
    currency: found.amount.currency,
    description: found.description ?? null,
    cancellationReason: found.cancellation_details?.reason ?? null,
    createdAt: found.created_at,
  }));

/** One page of a list; `items` that cannot be read are counted, never guessed. */
export interface RemotePage<T> {
  items: T[];
  unreadable: number;
  /** Null: this was the last page. */
  nextCursor: string | null;
}

const listSchema = z.looseObject({
  type: z.literal('list'),
  items: z.array(z.unknown()),
  next_cursor: z.string().min(1).nullish(),
});

/** What YooKassa says when it refuses. */
export interface RemoteError {
  code: string;
  description: string;
  parameter: string | null;
  retryAfterMs: number | null;
}

const TEXT_LENGTH_MAX = 300;

/** https://yookassa.ru/developers/using-api/response-handling/response-format#error */
const errorSchema = z
  .looseObject({
    type: z.enum(['error', 'processing']),
    code: text,
    description: text,
    parameter: text,
    retry_after: z.number().nonnegative().nullish().catch(null),
  })
  .transform((error): RemoteError => ({
    code: error.code ?? error.type,
    description: (error.description ?? '').slice(0, TEXT_LENGTH_MAX),
    parameter: error.parameter ?? null,
    retryAfterMs: error.retry_after ?? null,
  }));

/** Null for whatever is not a payment. */
export function parsePayment(body: string): RemotePayment | null {
  return paymentSchema.safeParse(parseJson(body)).data ?? null;
}

/** Null for whatever is not a refund. */
export function parseRefund(body: string): RemoteRefund | null {
  return refundSchema.safeParse(parseJson(body)).data ?? null;
}

/** Null for whatever is not a list. */
export function parsePayments(body: string): RemotePage<RemotePayment> | null {
  return parseList(body, paymentSchema);
}

/** Null for whatever is not a list. */
export function parseRefunds(body: string): RemotePage<RemoteRefund> | null {
  return parseList(body, refundSchema);
}

/** Null for whatever is not YooKassa's error: a page of a proxy, cut JSON. */
export function parseError(body: string): RemoteError | null {
  return errorSchema.safeParse(parseJson(body)).data ?? null;
}

/** What a notification says that it is about; nothing else of it is taken. */
export interface NotificationHead {
  event: string;
  objectId: string;
}

const notificationSchema = z
  .looseObject({
    type: z.literal('notification'),
    event: z.string().regex(/^[a-z_.]{1,64}$/),
    object: z.looseObject({ id }),
  })
  .transform(({ event, object }): NotificationHead => ({ event, objectId: object.id }));

/** https://yookassa.ru/developers/using-api/webhooks; null for whatever is no notification. */
export function parseNotification(body: unknown): NotificationHead | null {
  return notificationSchema.safeParse(body).data ?? null;
}

function parseList<T>(body: string, schema: z.ZodType<T>): RemotePage<T> | null {
  const list = listSchema.safeParse(parseJson(body)).data;
  if (!list) return null;
  const parsed = list.items.map((item) => schema.safeParse(item));
  return {
    items: parsed.flatMap(({ success, data }) => (success ? [data] : [])),
    unreadable: parsed.filter(({ success }) => !success).length,
    nextCursor: list.next_cursor ?? null,
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
