import { z } from 'zod';
import { AMOUNT_PATTERN, kopecksOf } from './yookassa-money.rules.js';
import { illegal, YOOKASSA_TEXTS, YooRefusal } from './yookassa-answers.js';
import { isReceiptLegal } from './yookassa-receipt.rules.js';
import type { Shop } from './yookassa-shops.js';

const KOPECKS_MIN = 100;
/** https://yookassa.ru/developers/payment-acceptance/getting-started/payment-methods */
const CARD_KOPECKS_MAX = 350_000_00;
const BANK_KOPECKS_MAX = 700_000_00;
const TEST_METHODS = ['bank_card', 'yoo_money'];
const BANK_METHODS = ['sbp', 'tinkoff_bank'];
const METADATA_KEYS_MAX = 16;

const amountSchema = z.looseObject({
  value: z.string().regex(AMOUNT_PATTERN),
  currency: z.literal('RUB'),
});

const createPaymentSchema = z.looseObject({
  amount: amountSchema,
  capture: z.boolean().default(false),
  confirmation: z.looseObject({
    type: z.literal('redirect'),
    return_url: z.string().max(2048).refine(isWebAddress),
    enforce: z.boolean().optional(),
    locale: z.enum(['ru_RU', 'en_US']).optional(),
  }),
  payment_method_data: z
    .looseObject({
      type: z.enum(['bank_card', 'yoo_money', 'sbp', 'sberbank', 'tinkoff_bank', 'sber_loan']),
    })
    .optional(),
  description: z.string().max(128).optional(),
  metadata: z
    .record(z.string().max(32), z.string().max(512))
    .refine((metadata) => Object.keys(metadata).length <= METADATA_KEYS_MAX)
    .optional(),
  merchant_customer_id: z.string().max(200).optional(),
  save_payment_method: z.boolean().optional(),
  client_ip: z.string().optional(),
  receipt: z.unknown().optional(),
  recipient: z.looseObject({ gateway_id: z.string().optional() }).optional(),
});

const createRefundSchema = z.looseObject({
  payment_id: z.string().length(36),
  amount: amountSchema,
  description: z.string().max(250).optional(),
  receipt: z.unknown().optional(),
});

const captureSchema = z.looseObject({ amount: amountSchema.optional(), receipt: z.unknown().optional() });

/** A payment as its request asks for it. */
export interface PaymentRequest {
  amountKopecks: number;
  capture: boolean;
  returnUrl: string;
  method: string;
  description: string | null;
  metadata: Record<string, string>;
  merchantCustomerId: string | null;
  receipt: unknown;
  /** Fields that payments do not have: the real API passes over them. */
  unknownFields: string[];
}

/** Reads the body of a creation. Throws the refusal. */
export function readPayment(body: unknown, shop: Shop): PaymentRequest {
  const request = parse(createPaymentSchema, body);
  const amountKopecks = readKopecks(request.amount.value);
  const method = request.payment_method_data?.type ?? 'bank_card';
  if (shop.test && !TEST_METHODS.includes(method)) throw illegal('payment_method_data.type');
  if (amountKopecks > (BANK_METHODS.includes(method) ? BANK_KOPECKS_MAX : CARD_KOPECKS_MAX))
    throw illegal('amount.value', 'Incorrect amount.value. The amount is above the maximum of the method');
  if (request.save_payment_method) throw new YooRefusal(403, YOOKASSA_TEXTS.recurring);
  checkReceipt(request.receipt, amountKopecks, shop.receipts === 'required');
  return {
    amountKopecks,
    capture: request.capture,
    returnUrl: request.confirmation.return_url,
    method,
    description: request.description ?? null,
    metadata: request.metadata ?? {},
    merchantCustomerId: request.merchant_customer_id ?? null,
    receipt: request.receipt ?? null,
    unknownFields: Object.keys(request).filter((name) => !(name in createPaymentSchema.shape)),
  };
}

/** A refund as its request asks for it. */
export interface RefundRequest {
  paymentId: string;
  amountKopecks: number;
  description: string | null;
  receipt: unknown;
}

/** Reads the body of a refund; its receipt is checked once the payment is known. Throws the refusal. */
export function readRefund(body: unknown): RefundRequest {
  const request = parse(createRefundSchema, body);
  return {
    paymentId: request.payment_id,
    amountKopecks: readKopecks(request.amount.value, 1),
    description: request.description ?? null,
    receipt: request.receipt ?? null,
  };
}

/** Reads the body of a capture: what is to be captured, null for all of it. Throws the refusal. */
export function readCapture(body: unknown): number | null {
  const { amount } = parse(captureSchema, body ?? {});
  return amount ? readKopecks(amount.value) : null;
}

/** Throws the refusal when a receipt is wrong, or is needed and is not there. */
export function checkReceipt(receipt: unknown, kopecks: number, isNeeded: boolean): void {
  const isAbsent = receipt === undefined || receipt === null;
  if (isAbsent ? isNeeded : !isReceiptLegal(receipt, kopecks))
    throw illegal('receipt', YOOKASSA_TEXTS.receipt);
}

function readKopecks(value: string, min = KOPECKS_MIN): number {
  const kopecks = kopecksOf(value) ?? 0;
  if (kopecks < min) throw illegal('amount.value', 'Incorrect amount.value. The amount is below the minimum');
  return kopecks;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.map(String) ?? [];
  if (path.length === 0) throw new YooRefusal(400, 'Invalid request body');
  throw illegal(path[0] === 'metadata' ? 'metadata' : path.join('.'));
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && !/^(javascript|data|vbscript):/i.test(text.trim());
}
