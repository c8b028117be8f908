import { z } from 'zod';
import { AMOUNT_PATTERN, kopecksOf } from './yookassa-money.rules.js';

/** https://yookassa.ru/developers/54fz/parameters-values: 11 and 12 are the 22 % of 2026. */
const VAT_CODE_MAX = 12;
const ITEMS_MAX = 80;
const QUANTITY_MAX = 99_999.999;
/** Quantities have three decimals at most. */
const QUANTITY_UNITS = 1000;
const PAYMENT_MODES =
  'full_prepayment partial_prepayment advance full_payment partial_payment credit credit_payment';
const PAYMENT_SUBJECTS =
  'commodity excise job service gambling_bet gambling_prize lottery lottery_prize intellectual_activity payment ' +
  'agent_commission property_right non_operating_gain insurance_premium sales_tax resort_fee composite another ' +
  'marked non_marked marked_excise non_marked_excise fine tax lien cost pension_insurance_without_payouts ' +
  'pension_insurance_with_payouts health_insurance_without_payouts health_insurance_with_payouts health_insurance ' +
  'casino agent_withdrawals';
const MEASURES =
  'piece gram kilogram ton centimeter decimeter meter square_centimeter square_decimeter square_meter milliliter ' +
  'liter cubic_meter kilowatt_hour gigacalorie day hour minute second kilobyte megabyte gigabyte terabyte another';

const words = (list: string) => z.enum(list.split(' '));

const itemSchema = z.looseObject({
  description: z.string().min(1).max(128),
  quantity: z
    .number()
    .positive()
    .max(QUANTITY_MAX)
    .refine((quantity) => Math.abs(quantity * QUANTITY_UNITS - inUnits(quantity)) < 1e-6),
  amount: z.looseObject({ value: z.string().regex(AMOUNT_PATTERN), currency: z.literal('RUB') }),
  vat_code: z.number().int().min(1).max(VAT_CODE_MAX),
  payment_mode: words(PAYMENT_MODES).optional(),
  payment_subject: words(PAYMENT_SUBJECTS).optional(),
  measure: words(MEASURES).optional(),
});

const receiptSchema = z.looseObject({
  customer: z.looseObject({
    email: z.email(),
    phone: z
      .string()
      .regex(/^\d{5,15}$/)
      .optional(),
    full_name: z.string().max(256).optional(),
    inn: z
      .string()
      .regex(/^\d{10}(\d{2})?$/)
      .optional(),
  }),
  items: z.array(itemSchema).min(1).max(ITEMS_MAX),
  tax_system_code: z.number().int().min(1).max(6).optional(),
});

/** Whether "Чеки от ЮKassa" would take the receipt of an operation: complete, and its items cost what is paid. */
export function isReceiptLegal(receipt: unknown, kopecks: number): boolean {
  const parsed = receiptSchema.safeParse(receipt);
  if (!parsed.success) return false;
  const parts = parsed.data.items.map(
    ({ amount, quantity }) => (kopecksOf(amount.value) ?? 0) * inUnits(quantity),
  );
  return parts.reduce((sum, part) => sum + part, 0) === kopecks * QUANTITY_UNITS;
}

function inUnits(quantity: number): number {
  return Math.round(quantity * QUANTITY_UNITS);
}
