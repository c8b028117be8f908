import type {
  Decision,
  LegacyHistoryRow,
  LegacyPayment,
  LegacyPaymentStatus,
  LegacyPlan,
  LegacyRow,
} from './import-legacy.types.js';
import {
  idOf,
  instantOf,
  integerOf,
  kopecksOf,
  shown,
  storableJson,
  telegramIdOf,
  textOf,
} from './values.rules.js';

const NAME_LENGTH_MAX = 200;
const WORDS_LENGTH_MAX = 2_000;
const CREDITS_MAX = 1_000_000;
const STATUSES: readonly LegacyPaymentStatus[] = ['pending', 'completed', 'failed', 'refunded'];
/** What YooKassa gives out; the Python system's test payments (`test_…`) are none. */
const YOOKASSA_ID = /^[0-9a-zA-Z-]{1,64}$/;

/**
 * What becomes of a row of `payments`. Only what is pending can still become credits: for that nothing may be missing.
 *
 * @param overThere YooKassa's ids that rows have which are over there.
 */
export function decidePayment(row: LegacyRow, overThere: ReadonlySet<string>): Decision<LegacyPayment> {
  const legacyId = idOf(row['id']);
  const tgUserId = telegramIdOf(row['tg_user_id']);
  const status = STATUSES.find((known) => known === row['status']);
  if (legacyId === null) return { kind: 'refuse', reason: 'it has no id' };
  if (tgUserId === null)
    return { kind: 'refuse', reason: `tg_user_id ${shown(row['tg_user_id'])} is nobody in Telegram` };
  if (status === undefined)
    return { kind: 'refuse', reason: `its status ${shown(row['status'])} is not known` };
  const credits = integerOf(row['credits_purchased']);
  const value: LegacyPayment = {
    ...{ legacyId, tgUserId, status, isSettledHere: status === 'pending' },
    planId: textOf(row['plan_id'], NAME_LENGTH_MAX),
    provider: textOf(row['payment_provider'], NAME_LENGTH_MAX),
    providerPaymentId: textOf(row['payment_id'], NAME_LENGTH_MAX),
    amountKopecks: kopecksOf(row['amount_rub']),
    credits: credits !== null && credits > 0 && credits <= CREDITS_MAX ? credits : null,
    createdAt: instantOf(row['created_at']),
    completedAt: instantOf(row['completed_at']),
  };
  const lack = status === 'pending' ? findLack(value, row, overThere) : null;
  return lack === null ? { kind: 'take', value, notes: [] } : { kind: 'refuse', reason: `pending, ${lack}` };
}

/** Why a pending payment cannot be asked about, or granted. One without a provider is YooKassa's if YooKassa knows it. */
function findLack(payment: LegacyPayment, row: LegacyRow, overThere: ReadonlySet<string>): string | null {
  const { provider, providerPaymentId, amountKopecks, credits } = payment;
  const sum = `${shown(row['amount_rub'])} roubles for ${shown(row['credits_purchased'])} credits`;
  if (provider !== null && provider !== 'yookassa') return `by ${provider}, which cannot be asked: ${sum}`;
  if (providerPaymentId === null) return `without YooKassa's id: look for ${sum} in its cabinet`;
  if (!YOOKASSA_ID.test(providerPaymentId)) return `${providerPaymentId} is no id of YooKassa: ${sum}`;
  if (overThere.has(providerPaymentId))
    return `another row that is over has YooKassa’s ${providerPaymentId}, so that it may be credited already: ${sum}`;
  if (amountKopecks === null || (row['currency'] ?? 'RUB') !== 'RUB')
    return `its price is no sum in roubles: ${sum}`;
  return credits === null ? `it is not known how many credits were bought: ${sum}` : null;
}

/** What becomes of a row of `credits_history`: whatever says whose it is and how much. */
export function decideHistoryRow(row: LegacyRow): Decision<LegacyHistoryRow> {
  const tgUserId = telegramIdOf(row['tg_user_id']);
  if (tgUserId === null)
    return { kind: 'refuse', reason: `tg_user_id ${shown(row['tg_user_id'])} is nobody in Telegram` };
  const amount = numberOf(row['amount']);
  if (!Number.isFinite(amount))
    return { kind: 'refuse', reason: `its amount ${shown(row['amount'])} is no number` };
  const value = {
    legacyId: idOf(row['id']),
    tgUserId,
    operationType: textOf(row['operation_type'], NAME_LENGTH_MAX),
    amount: String(amount),
    jobId: textOf(row['job_id'], NAME_LENGTH_MAX),
    description: textOf(row['description'], WORDS_LENGTH_MAX),
    metadata: storableJson(row['metadata'] ?? null),
    createdAt: instantOf(row['created_at']),
  };
  return { kind: 'take', value, notes: [] };
}

function numberOf(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
}

/** What becomes of a row of `pricing_plans`: it is kept whole, to look up what a payment bought. */
export function decidePlan(row: LegacyRow): Decision<LegacyPlan> {
  const legacyId = idOf(row['id']) ?? textOf(row['name'], NAME_LENGTH_MAX);
  if (legacyId === null) return { kind: 'refuse', reason: 'it has no id' };
  return { kind: 'take', value: { legacyId, plan: storableJson(row) as LegacyRow }, notes: [] };
}
