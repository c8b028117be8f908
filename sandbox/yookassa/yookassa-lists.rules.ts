import { z } from 'zod';
import { accepted, illegal, type YooAnswer } from './yookassa-answers.js';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const common = {
  'created_at.gte': instant.optional(),
  'created_at.gt': instant.optional(),
  'created_at.lte': instant.optional(),
  'created_at.lt': instant.optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 100)
    .default(10),
  cursor: z.string().min(1).optional(),
};

/** The filters of `GET /payments`. https://yookassa.ru/developers/api#get_payments_list */
export const paymentFiltersSchema = z.strictObject({
  ...common,
  'captured_at.gte': instant.optional(),
  'captured_at.gt': instant.optional(),
  'captured_at.lte': instant.optional(),
  'captured_at.lt': instant.optional(),
  status: z.enum(['pending', 'waiting_for_capture', 'succeeded', 'canceled']).optional(),
  payment_method: z.string().optional(),
});

/** The filters of `GET /refunds`. */
export const refundFiltersSchema = z.strictObject({
  ...common,
  payment_id: z.string().optional(),
  status: z.enum(['pending', 'succeeded', 'canceled']).optional(),
});

/** Reads a query; a filter that there is not would let everything through unseen, so it is refused. */
export function readFilters<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw illegal(issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : (issue?.path.join('.') ?? ''));
}

/** Whether an instant, null for never, passes the four filters of its name. */
export function isWithin(
  name: 'created_at' | 'captured_at',
  ms: number | null,
  filters: Readonly<Record<string, unknown>>,
): boolean {
  const bound = (kind: string): number | undefined => filters[`${name}.${kind}`] as number | undefined;
  const [gte, gt, lte, lt] = ['gte', 'gt', 'lte', 'lt'].map(bound);
  if ([gte, gt, lte, lt].every((limit) => limit === undefined)) return true;
  return (
    ms !== null &&
    ms >= (gte ?? -Infinity) &&
    ms > (gt ?? -Infinity) &&
    ms <= (lte ?? Infinity) &&
    ms < (lt ?? Infinity)
  );
}

/** One page, newest first; the cursor is where the next one goes on, whatever is made meanwhile. */
export function page<T extends { number: number }>(
  found: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  show: (item: T) => unknown,
): YooAnswer {
  const before = cursor === undefined ? Infinity : numberOf(cursor);
  const rest = found.filter(({ number }) => number < before).sort((a, b) => b.number - a.number);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const hasMore = last !== undefined && rest.length > items.length;
  return accepted({
    type: 'list',
    items: items.map(show),
    ...(hasMore ? { next_cursor: Buffer.from(`n:${last.number}`).toString('base64url') } : {}),
  });
}

function numberOf(cursor: string): number {
  const digits = /^n:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (digits === undefined) throw illegal('cursor');
  return Number(digits);
}
