import { timingSafeEqual } from 'node:crypto';
import { YOOKASSA_TEXTS, YooRefusal } from './yookassa-answers.js';

/** Whether the shop must hand over a receipt with each payment. */
export type ReceiptRule = 'off' | 'required';

/** A shop of the merchant. */
export interface Shop {
  shopId: string;
  apiKey: string;
  /** What the payer reads. */
  name: string;
  receipts: ReceiptRule;
  /** Its objects say `test: true`: the key begins with `test_`. */
  test: boolean;
}

/** What a shop is made or changed with. */
export interface ShopChange {
  shopId: string;
  apiKey: string;
  name?: string | undefined;
  receipts?: ReceiptRule | undefined;
}

/** The shops and their keys. */
export class YooShops {
  private readonly byId = new Map<string, Shop>();

  /** Makes a shop, or gives it another key. */
  set({ shopId, apiKey, name, receipts }: ShopChange): void {
    const known = this.byId.get(shopId);
    this.byId.set(shopId, {
      shopId,
      apiKey,
      name: name ?? known?.name ?? `Магазин ${shopId}`,
      receipts: receipts ?? known?.receipts ?? 'off',
      test: apiKey.startsWith('test_'),
    });
  }

  /** Throws a RangeError when there is none. */
  get(shopId: string): Shop {
    const shop = this.byId.get(shopId);
    if (!shop) throw new RangeError(`There is no shop ${shopId}`);
    return shop;
  }

  /** Forgets every shop. */
  clear(): void {
    this.byId.clear();
  }

  /** The shop that calls, by HTTP Basic. Throws the refusal when shop or key are wrong. */
  authenticate(header: string | undefined): Shop {
    const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1] ?? '';
    const [, shopId = '', apiKey = ''] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    const shop = this.byId.get(shopId);
    if (!shop || !isSame(shop.apiKey, apiKey)) throw new YooRefusal(401, YOOKASSA_TEXTS.credentials);
    return shop;
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
