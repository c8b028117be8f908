import {
  encodeCallback,
  formatMoney,
  translate,
  translatePlain,
  type Button,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { Offer, Offers, PaymentProvider } from '../../payments/index.js';
import { isComplete } from '../draft.rules.js';
import { menuButton, plansButton, supportRow } from './buttons.js';
import type { ScreenData } from './screen-data.js';

/** Everything that can be bought, with what a video costs then. Where there is one way to pay, a button buys at once. */
export function plansScreen(data: ScreenData, offers: Offers): OutgoingMessage {
  const { language, balance, state } = data;
  const [first = 'yookassa', second] = offers.providers;
  const lines = offers.plans.map((offer) => planLine(language, offer, first));
  const draft = state.draft && isComplete(state.draft) ? [translate(language, 'plans.draft')] : [];
  const parts = [
    `${translate(language, 'plans.title')}\n${translate(language, 'balance', { count: balance })}`,
    lines.join('\n'),
    ...draft,
    translate(language, 'plans.choose'),
  ];
  const rows = offers.plans.map((offer): Button[] => {
    const { planId, credits: count } = offer;
    const params = { name: nameOf(language, offer), count, price: priceOf(language, offer, first) };
    return [
      {
        text: translatePlain(language, 'button.plan', params),
        callback: second ? encodeCallback('plan', planId) : encodeCallback('buy', first, planId),
      },
    ];
  });
  return { text: parts.join('\n\n'), keyboard: [...rows, [menuButton(language)]] };
}

/** The ways to pay for one plan. */
export function wayScreen(
  { language }: ScreenData,
  { offer, providers }: { offer: Offer; providers: Offers['providers'] },
): OutgoingMessage {
  const rows = providers.map((provider): Button[] => {
    const price = priceOf(language, offer, provider);
    return [
      {
        text: translatePlain(language, `button.pay_with.${provider}`, { price }),
        callback: encodeCallback('buy', provider, offer.planId),
      },
    ];
  });
  const text = translate(language, 'way.ask', {
    name: nameOf(language, offer),
    credits: translatePlain(language, 'amount.credits', { count: offer.credits }),
  });
  return { text, keyboard: [...rows, [plansButton(language), menuButton(language)]] };
}

/** The plan, or the way to pay for it, is not sold any more. */
export function notOnOfferScreen({ language }: ScreenData): OutgoingMessage {
  return {
    text: translate(language, 'plans.not_on_offer'),
    keyboard: [[plansButton(language)], [menuButton(language)]],
  };
}

/** Nothing can be bought now, which is our trouble. */
export function purchaseUnavailableScreen({ language, supportUrl }: ScreenData): OutgoingMessage {
  const retry: Button = { text: translatePlain(language, 'button.retry'), callback: encodeCallback('plans') };
  return {
    text: translate(language, 'plans.unavailable'),
    keyboard: [[retry], ...supportRow(language, supportUrl), [menuButton(language)]],
  };
}

/** Where the receipt goes. */
export function emailScreen({ language, email, state }: ScreenData): OutgoingMessage {
  const current = email === null ? [] : [translate(language, 'email.current', { email })];
  const text = [translate(language, 'email.ask'), ...current].join('\n\n');
  const keep: Button[][] =
    email === null || state.emailFor === null
      ? []
      : [
          [
            {
              text: translatePlain(language, 'button.keep_email'),
              callback: encodeCallback('buy', 'yookassa', state.emailFor),
            },
          ],
        ];
  return { text, keyboard: [...keep, [plansButton(language), menuButton(language)]] };
}

function planLine(language: Language, offer: Offer, provider: PaymentProvider): string {
  const { credits: count, savingPercent: percent } = offer;
  const perVideo =
    provider === 'yookassa' ? { kopecks: offer.kopecksPerVideo } : { stars: offer.starsPerVideo };
  const line = translate(language, 'plans.line', {
    name: nameOf(language, offer),
    credits: translatePlain(language, 'amount.credits', { count }),
    price: priceOf(language, offer, provider),
    perVideo: formatMoney(language, perVideo),
  });
  return percent > 0 ? `${line} · ${translate(language, 'plans.saving', { percent })}` : line;
}

function priceOf(language: Language, offer: Offer, provider: PaymentProvider): string {
  const price = provider === 'yookassa' ? { kopecks: offer.priceKopecks } : { stars: offer.priceStars };
  return formatMoney(language, price);
}

function nameOf(language: Language, { nameRu, nameEn }: Offer): string {
  return language === 'ru' ? nameRu : nameEn;
}
