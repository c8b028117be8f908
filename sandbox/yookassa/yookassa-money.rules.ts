/** A sum as YooKassa writes it. */
export interface Amount {
  /** Roubles with a dot and two decimals. */
  value: string;
  currency: string;
}

/** What an amount must look like. */
export const AMOUNT_PATTERN = /^\d{1,10}\.\d{2}$/;

/** A sum of kopecks as YooKassa writes it. */
export function roubles(kopecks: number): Amount {
  const text = String(kopecks).padStart(3, '0');
  return { value: `${text.slice(0, -2)}.${text.slice(-2)}`, currency: 'RUB' };
}

/** The kopecks of an amount's `value`; null where it is not written as YooKassa wants. */
export function kopecksOf(value: string): number | null {
  return AMOUNT_PATTERN.test(value) ? Number(value.replace('.', '')) : null;
}

/** What the shop gets of a payment once YooKassa has taken its 3.5 %. */
export function incomeKopecks(kopecks: number): number {
  return kopecks - Math.round((kopecks * 35) / 1000);
}
