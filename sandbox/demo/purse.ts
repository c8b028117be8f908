import {
  htmlToPlain,
  translate,
  type Language,
  type TranslationKey,
} from '../../src/modules/telegram/light.js';
import type { Stage } from './stage.js';
import { listPostings } from './traces.js';

/** What a person's purchases came to, seen from the outside. */
export interface Purse {
  balance: number;
  /** The credit history, oldest first: `purchase +5 = 7`. */
  history: readonly string[];
  /** What YooKassa holds of what we made there for the person, oldest first: `succeeded 199.00`, `succeeded 199.00 -50.00`. */
  bills: readonly string[];
  /** What the person paid in Stars, in the order of the alphabet: `paid 150`, `refunded 150`. */
  stars: readonly string[];
  /** What the person was told of payments without a tap, word for word, oldest first. */
  told: readonly string[];
}

/** Stands for what a notice says differently each time. */
const ANYTHING = '\u0001';
const NOTICES: readonly TranslationKey[] = [
  'payment.completed',
  'payment.canceled.expired',
  'payment.canceled.insufficient_funds',
  'payment.canceled.card_data',
  'payment.canceled.confirmation_failed',
  'payment.canceled.bank_refused',
  'payment.canceled.limit_exceeded',
  'payment.canceled.country_forbidden',
  'payment.canceled.identification_required',
  'payment.canceled.canceled_by_us',
  'payment.canceled.unknown',
  'payment.failed',
  'payment.link',
  'payment.refunded',
  'payment.surplus_refunded',
];

/** Counts. */
export async function readPurse(stage: Stage): Promise<Purse> {
  const { person, world, language } = stage;
  const beginnings = NOTICES.map((key) => beginningOf(language, key));
  const fromBot = person.chat().filter(({ from }) => from === 'bot');
  return {
    balance: await stage.balance(),
    history: await listPostings(stage.dataSource, person.id),
    bills: await listBills(stage),
    stars: world.telegram
      .starCharges()
      .filter(({ personId }) => personId === person.id)
      .map(({ state, amountStars }) => `${state} ${amountStars}`)
      .sort(),
    told: fromBot
      .filter(({ text }) => beginnings.some((beginning) => text.startsWith(beginning)))
      .map(({ text }) => text),
  };
}

/** The ids of the person's payments, oldest first. */
export async function listPaymentIds({ dataSource, person }: Stage): Promise<string[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    `select p.id from payments p join users u on u.id = p.user_id where u.tg_user_id = $1 order by p.created_at`,
    [person.id],
  );
  return rows.map(({ id }) => id);
}

/** All that YooKassa has in the name of one of the person's payments, and that was made with a key. */
async function listBills(stage: Stage): Promise<string[]> {
  const ids = await listPaymentIds(stage);
  const made = stage.world.yooKassa.payments().filter(({ idempotenceKey, metadata }) => {
    return idempotenceKey !== null && ids.includes(metadata['payment_id'] ?? '');
  });
  return made.map(({ status, amountKopecks, refundedKopecks }) => {
    const given = refundedKopecks > 0 ? ` -${roubles(refundedKopecks)}` : '';
    return `${status} ${roubles(amountKopecks)}${given}`;
  });
}

function roubles(kopecks: number): string {
  return (kopecks / 100).toFixed(2);
}

/** What every notice of a kind begins with. */
function beginningOf(language: Language, key: TranslationKey): string {
  const sums = { credits: ANYTHING, price: ANYTHING };
  return htmlToPlain(translate(language, key, sums)).split(ANYTHING)[0] ?? '';
}
