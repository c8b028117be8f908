import { DECLINE_REASONS, DEFAULT_CARD_NUMBER, TEST_CARDS } from './yookassa-cards.data.js';
import { CHECKOUT_STYLES } from './yookassa-checkout.styles.js';
import { roubles } from './yookassa-money.rules.js';
import { refundableKopecks } from './yookassa-refunds.js';
import type { YooPayment } from './yookassa-payments.js';

/** Where the page is, as at the real service. */
export const CHECKOUT_PATH = '/checkout/payments/v2/contract';

/** What the page says when something that was sent to it was wrong. */
export const CHECKOUT_PROBLEMS = {
  card: 'Такой карты нет среди тестовых: выберите номер из списка ниже.',
  sum: 'Столько вернуть нельзя: проверьте сумму.',
} as const;
export type CheckoutProblem = keyof typeof CHECKOUT_PROBLEMS;

/** What the page shows. */
export interface CheckoutState {
  payment: YooPayment;
  /** Where the way back to the shop leads; null when there is none. */
  backUrl: string | null;
  shopName: string;
  /** True minutes that are left to pay. */
  minutesLeft: number;
  problem: CheckoutProblem | null;
}

const EXPIRED_REASONS: Readonly<Record<string, string>> = {
  expired_on_confirmation: 'время на оплату вышло',
  expired_on_capture: 'магазин не забрал деньги вовремя',
  canceled_by_merchant: 'магазин отменил платёж',
};
const ENDINGS: Partial<Record<YooPayment['status'], string>> = {
  succeeded: 'Платёж завершён, платить больше не нужно.',
  canceled: 'Этот платёж завершён: чтобы купить, начните оплату в магазине заново.',
};
const CHIPS: Readonly<Record<YooPayment['status'], string>> = {
  pending: '<span class="chip">Ждёт оплаты</span>',
  waiting_for_capture: '<span class="chip">Деньги удержаны</span>',
  succeeded: '<span class="chip good">✓ Оплачено</span>',
  canceled: '<span class="chip bad">Платёж отменён</span>',
};

/** The page of a payment. */
export function checkoutPage(state: CheckoutState): string {
  const { payment, backUrl, shopName, minutesLeft } = state;
  const isPending = payment.status === 'pending';
  return frame(
    `Оплата ${money(payment.amountKopecks)}`,
    `<section class="card">
  <p class="shop">${escapeHtml(shopName)}</p>
  <h1 class="sum">${money(payment.amountKopecks)}</h1>
  <p class="what">${escapeHtml(payment.description ?? 'Без описания')}</p>
  ${CHIPS[payment.status]}${isPending ? `<span class="left">ещё ${minutesLeft} мин</span>` : ''}
  ${note(payment)}${isPending ? '' : backButton(backUrl)}
</section>
${problemOf(state)}${isPending ? payForms(state.problem === 'card') : cabinetForm(state)}
<p class="number">Платёж ${escapeHtml(payment.id)}</p>`,
  );
}

/** The page of an order that there is not. */
export function unknownOrderPage(): string {
  return frame(
    'Платёж не найден',
    `<section class="card"><h1 class="sum">404</h1><p class="what">Такого платежа нет. Проверьте ссылку или начните оплату заново.</p></section>`,
  );
}

/** Makes any text safe in HTML, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function frame(title: string, content: string): string {
  return `<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${CHECKOUT_STYLES}</style>
</head>
<body>
<header><b>Касса песочницы:</b> деньги не настоящие</header>
<main>
${content}
</main>
</body>
</html>
`;
}

function payForms(isCardWrong: boolean): string {
  const cards = TEST_CARDS.map(
    ({ number, decline }) =>
      `<li><button class="choice" name="pay_with" value="${number}"><b>${spaced(number)}</b> <span>${decline ? reasonText(decline.reason) : 'оплата пройдёт'}</span></button></li>`,
  );
  const reasons = Object.keys(DECLINE_REASONS).map(
    (reason) => `<option value="${reason}">${reasonText(reason)}</option>`,
  );
  return `<form class="card" method="post">
  <label for="card">Номер тестовой карты</label>
  <input id="card" name="card" value="${spaced(DEFAULT_CARD_NUMBER)}" inputmode="numeric" autocomplete="off" maxlength="23"${wrong(isCardWrong)}>
  <button class="main" name="action" value="pay">Оплатить</button>
  <details><summary>Оплатить другой тестовой картой</summary><ul>${cards.join('')}</ul></details>
</form>
<form class="card" method="post">
  <h2>Или пусть не получится</h2>
  <div class="row">
    <select name="reason" aria-label="Причина отказа">${reasons.join('')}</select>
    <button class="quiet" name="action" value="decline">Отклонить</button>
  </div>
  <button class="quiet" name="action" value="fail_attempt">Оплата не прошла, попробовать другую карту</button>
  <button class="quiet" name="action" value="expire">Пусть время выйдет</button>
  <button class="quiet" name="action" value="leave">Уйти без оплаты</button>
</form>`;
}

function backButton(backUrl: string | null): string {
  return backUrl === null
    ? ''
    : `<a class="button main" href="${escapeHtml(backUrl)}">Вернуться в магазин</a>`;
}

function cabinetForm({ payment, problem }: CheckoutState): string {
  const left = refundableKopecks(payment);
  if (left === 0) return '';
  return `<form class="card" method="post">
  <h2>Кабинет магазина</h2>
  <label for="sum">Сумма возврата, не больше ${money(left)}</label>
  <div class="row">
    <input id="sum" name="sum" value="${roubles(left).value.replace('.', ',')}" inputmode="decimal" autocomplete="off" maxlength="13"${wrong(problem === 'sum')}>
    <button class="quiet" name="action" value="refund">Вернуть деньги</button>
  </div>
</form>`;
}

function note({ status, card, cancellation, refundedKopecks, refundingKopecks }: YooPayment): string {
  const parts = [
    card && status !== 'canceled' ? `Карта *${card.number.slice(-4)}.` : '',
    status === 'waiting_for_capture' ? 'Магазин ещё не забрал деньги.' : '',
    cancellation ? `Причина: ${reasonText(cancellation.reason)}.` : '',
    refundedKopecks > 0 ? `Возвращено ${money(refundedKopecks)}.` : '',
    refundingKopecks > 0 ? `Возвращается ${money(refundingKopecks)}.` : '',
    ENDINGS[status] ?? '',
  ].filter(Boolean);
  return parts.length > 0 ? `<p class="note">${parts.join(' ')}</p>` : '';
}

function problemOf({ payment, problem }: CheckoutState): string {
  const failed = payment.status === 'pending' ? payment.failedAttempts.at(-1) : undefined;
  const text = problem
    ? CHECKOUT_PROBLEMS[problem]
    : failed && `Оплата не прошла: ${reasonText(failed)}. Попробуйте другую карту.`;
  return text ? `<p class="problem" id="problem" role="alert">${text}</p>` : '';
}

/** Ties a field to what is said about it. */
function wrong(isWrong: boolean): string {
  return isWrong ? ' aria-invalid="true" aria-describedby="problem"' : '';
}

/** In the payer's words; a reason that has none as it is. */
function reasonText(reason: string): string {
  return escapeHtml(DECLINE_REASONS[reason] ?? EXPIRED_REASONS[reason] ?? reason);
}

function money(kopecks: number): string {
  const [whole = '0', part = '00'] = roubles(kopecks).value.split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, '\u00a0')},${part}\u00a0₽`;
}

function spaced(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
}
