import type { CreditsHistory, CreditsHistoryPage } from '../../credits/index.js';
import { progressStateText } from '../../notifications/index.js';
import type { VideoView } from '../../jobs/index.js';
import {
  encodeCallback,
  formatMoment,
  LANGUAGES,
  shorten,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { choice, menuButton, pageRow, supportRow, topUpButton } from './buttons.js';
import type { ScreenData } from './screen-data.js';
import { onOneLine } from './videos.screen.js';

/** How much of a product the cabinet repeats, in characters. */
const PRODUCT_LENGTH_MAX = 40;

/** Balance, what is being made now, and the ways to everything that is about the person. */
export function cabinetScreen(data: ScreenData, inFlight: readonly VideoView[]): OutgoingMessage {
  const { language, balance, supportUrl } = data;
  const making = inFlight.map((video) => {
    const product = shorten(onOneLine(video.product), PRODUCT_LENGTH_MAX);
    return `${translate(language, 'cabinet.line', { product })} ${progressStateText(language, video.line)}`;
  });
  const parts = [
    translate(language, 'cabinet.title'),
    translate(language, 'balance', { count: balance }),
    making.length > 0
      ? [translate(language, 'cabinet.making'), ...making].join('\n')
      : translate(language, 'cabinet.idle'),
  ];
  return {
    text: parts.join('\n\n'),
    keyboard: [
      [topUpButton(language)],
      [{ text: translatePlain(language, 'button.videos'), callback: encodeCallback('videos', '0') }],
      [{ text: translatePlain(language, 'button.statement'), callback: encodeCallback('statement', '0') }],
      [{ text: translatePlain(language, 'button.languages'), callback: encodeCallback('languages') }],
      ...supportRow(language, supportUrl),
      [menuButton(language)],
    ],
  };
}

/** Every movement of credits, newest first. */
export function statementScreen(
  data: ScreenData,
  { rows, page, pages }: CreditsHistoryPage,
): OutgoingMessage {
  const { language, balance } = data;
  const lines = rows.map((row) => statementLine(data, row));
  const parts = [
    `${translate(language, 'statement.title')}\n${translate(language, 'balance', { count: balance })}`,
    lines.length > 0 ? lines.join('\n') : translate(language, 'statement.empty'),
  ];
  const callbackOf = (target: number) => encodeCallback('statement', String(target));
  return {
    text: parts.join('\n\n'),
    keyboard: [
      ...pageRow(language, { page, pages }, callbackOf),
      [cabinetButton(data)],
      [menuButton(language)],
    ],
  };
}

function statementLine({ language, timeZone }: ScreenData, row: CreditsHistory): string {
  return translate(language, 'statement.line', {
    date: formatMoment(language, row.createdAt, timeZone),
    amount: row.amount > 0 ? `+${row.amount}` : `−${Math.abs(row.amount)}`,
    reason: translatePlain(language, `statement.reason.${row.operationType}`),
    balance: row.balanceAfter,
  });
}

/** The languages of the bot, each named in itself. */
export function languagesScreen({ language }: ScreenData): OutgoingMessage {
  const rows = LANGUAGES.map((code): Button[] => [
    choice(
      language,
      translatePlain(code, 'name.language'),
      code === language,
      encodeCallback('language', code),
    ),
  ]);
  return { text: translate(language, 'languages.ask'), keyboard: [...rows, [menuButton(language)]] };
}

/** To the cabinet. */
export function cabinetButton({ language }: Pick<ScreenData, 'language'>): Button {
  return { text: translatePlain(language, 'button.cabinet'), callback: encodeCallback('cabinet') };
}
