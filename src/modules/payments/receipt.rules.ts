/** How receipts under 54-FZ are made (yookassa.ru/developers/54fz/parameters-values). */
export interface ReceiptSettings {
  vatCode: number;
  paymentMode: 'full_payment' | 'full_prepayment';
  paymentSubject: string;
  taxSystemCode?: number | undefined;
}

/** A receipt as YooKassa takes it, with one line. */
export interface Receipt {
  customer: { email: string };
  items: {
    description: string;
    quantity: number;
    amount: { value: string; currency: 'RUB' };
    vat_code: number;
    payment_mode: string;
    payment_subject: string;
    measure: 'piece';
  }[];
  tax_system_code?: number;
}

const DESCRIPTION_LENGTH_MAX = 128;

/** Kopecks as YooKassa writes sums: roubles with two decimals after a dot. */
export function toRoubles(kopecks: number): string {
  return `${Math.trunc(kopecks / 100)}.${String(kopecks % 100).padStart(2, '0')}`;
}

/** Roubles of YooKassa as kopecks; null for anything else than digits, a dot and two digits. */
export function toKopecks(value: string): number | null {
  const match = /^(\d{1,9})\.(\d{2})$/.exec(value);
  return match ? Number(match[1]) * 100 + Number(match[2]) : null;
}

/** The receipt of one sum: one piece at the whole price, so that the lines add up to the kopeck. */
export function buildReceipt(
  sale: { email: string; description: string; kopecks: number },
  settings: ReceiptSettings,
): Receipt {
  return {
    customer: { email: sale.email },
    items: [
      {
        description: sale.description.slice(0, DESCRIPTION_LENGTH_MAX),
        quantity: 1,
        amount: { value: toRoubles(sale.kopecks), currency: 'RUB' },
        vat_code: settings.vatCode,
        payment_mode: settings.paymentMode,
        payment_subject: settings.paymentSubject,
        measure: 'piece',
      },
    ],
    ...(settings.taxSystemCode === undefined ? {} : { tax_system_code: settings.taxSystemCode }),
  };
}
