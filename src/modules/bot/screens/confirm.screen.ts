import {
  encodeCallback,
  shorten,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { menuButton, supportRow, topUpButton } from './buttons.js';
import type { DraftScreenData } from './screen-data.js';

/** How much of each text the summary repeats, in characters. */
const SUMMARY_LENGTH_MAX = 300;

/** The order as it will be started, its price, and the balance now and after. */
export function confirmScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, balance } = data;
  const price = priceOf(data);
  const money =
    balance >= price
      ? translate(language, 'confirm.balance', { before: balance, after: balance - price })
      : translate(language, 'confirm.short', { balance, missing: price - balance });
  const parts = [
    translate(language, 'confirm.title'),
    summary(data).join('\n'),
    [translate(language, 'confirm.price', { count: price }), money].join('\n'),
    translate(language, 'confirm.promise'),
  ];
  const start = translatePlain(language, 'button.confirm', { count: price });
  return {
    text: parts.join('\n\n'),
    keyboard: [
      [{ text: start, callback: encodeCallback('confirm', draft.id, String(price)) }],
      ...(balance < price ? [[topUpButton(language)]] : []),
      [backButton(data), menuButton(language)],
    ],
  };
}

/** Too few credits for the order; the draft stays, and the button asks again. */
export function insufficientScreen(
  data: DraftScreenData,
  numbers: { balance: number; needed: number },
): OutgoingMessage {
  const { language, supportUrl } = data;
  const parts = [
    `${translate(language, 'insufficient.title')}\n${translate(language, 'insufficient.numbers', numbers)}`,
    translate(language, 'insufficient.draft'),
  ];
  return {
    text: parts.join('\n\n'),
    keyboard: [
      [topUpButton(language)],
      ...fewerRow(data),
      ...supportRow(language, supportUrl),
      ...laterRows(data),
    ],
  };
}

/** The person has as many videos in the making as one may have. */
export function tooManyScreen(data: DraftScreenData, { max }: { max: number }): OutgoingMessage {
  return {
    text: translate(data.language, 'too_many.text', { max }),
    keyboard: [...fewerRow(data), ...laterRows(data)],
  };
}

/** As many orders in an hour as one person may make. */
export function tooOftenScreen(
  data: DraftScreenData,
  { againInMin }: { againInMin: number },
): OutgoingMessage {
  return {
    text: translate(data.language, 'too_often.text', { count: againInMin }),
    keyboard: laterRows(data),
  };
}

/** The video service is out of order on our side; nothing was taken, and the button asks again. */
export function notAcceptingScreen(data: DraftScreenData): OutgoingMessage {
  return { text: translate(data.language, 'order.not_accepting'), keyboard: laterRows(data) };
}

function summary(data: DraftScreenData): string[] {
  const { language, draft } = data;
  const script =
    draft.template === 'self'
      ? { key: 'confirm.prompt' as const, text: draft.prompt }
      : { key: 'confirm.wishes' as const, text: draft.wishes };
  return [
    translate(language, 'confirm.style', {
      kind: translatePlain(language, `name.kind.${draft.kind ?? 'neurocard'}`),
      template: translatePlain(language, `name.template.${draft.template ?? 'ugc'}`),
    }),
    translate(language, 'confirm.product', { text: shorten(draft.description ?? '', SUMMARY_LENGTH_MAX) }),
    ...(script.text
      ? [translate(language, script.key, { text: shorten(script.text, SUMMARY_LENGTH_MAX) })]
      : []),
    ...modelLine(data),
    translate(language, 'confirm.videos', { videos: draft.count ?? 1 }),
  ];
}

/** Named only where there was something to choose. */
function modelLine({ language, draft, models }: DraftScreenData): string[] {
  const title = models.find(({ id }) => id === draft.model)?.title;
  return models.length > 1 && title ? [translate(language, 'confirm.model', { title })] : [];
}

function laterRows(data: DraftScreenData): Button[][] {
  const { language, draft } = data;
  const retry = translatePlain(language, 'button.retry');
  const callback = encodeCallback('confirm', draft.id, String(priceOf(data)));
  return [[{ text: retry, callback }], [menuButton(language)]];
}

function fewerRow({ language, draft }: DraftScreenData): Button[][] {
  if (draft.count === 1) return [];
  return [[{ text: translatePlain(language, 'button.fewer'), callback: encodeCallback('back', 'confirm') }]];
}

function backButton({ language }: DraftScreenData): Button {
  return { text: translatePlain(language, 'button.back'), callback: encodeCallback('back', 'confirm') };
}

function priceOf({ draft, prices }: DraftScreenData): number {
  return prices[draft.count ?? 1];
}
