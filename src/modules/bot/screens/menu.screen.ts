import {
  encodeCallback,
  translate,
  translatePlain,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { isWorthKeeping } from '../draft.rules.js';
import { cabinetButton } from './account.screen.js';
import { menuButton, resumeRow, supportRow, topUpButton } from './buttons.js';
import { documentRows } from './consent.screen.js';
import type { ScreenData } from './screen-data.js';

/** What the bot does, for somebody who has just agreed to be served. */
export function welcomeScreen(data: ScreenData, { isNew }: { isNew: boolean }): OutgoingMessage {
  const { language, balance } = data;
  const gift = isNew && balance > 0 ? 'start.gift' : 'balance';
  const money = [
    translate(language, gift, { count: balance }),
    translate(language, 'price', { count: data.prices[1] }),
  ];
  const text = [translate(language, 'start.ready'), translate(language, 'start.what'), money.join('\n')].join(
    '\n\n',
  );
  return { text, keyboard: menuRows(data) };
}

/** The menu with the balance, and with the draft where there is one. */
export function menuScreen(data: ScreenData): OutgoingMessage {
  const { language, balance } = data;
  const money = [
    translate(language, 'balance', { count: balance }),
    translate(language, 'price', { count: data.prices[1] }),
  ].join(' ');
  const parts = [translate(language, 'menu.title'), money];
  if (isWorthKeeping(data.state.draft)) parts.push(translate(language, 'menu.draft'));
  return { text: parts.join('\n\n'), keyboard: menuRows(data) };
}

/** How the bot works. */
export function helpScreen(data: ScreenData): OutgoingMessage {
  const { language } = data;
  return {
    text: translate(language, 'help.text'),
    keyboard: [...resumeRow(data), ...supportRow(language, data.supportUrl), [menuButton(language)]],
  };
}

/** Where questions about payments go. */
export function paySupportScreen({ language, supportUrl }: ScreenData): OutgoingMessage {
  const contact = supportUrl ? [translate(language, 'paysupport.contact')] : [];
  return {
    text: [translate(language, 'paysupport.text'), ...contact].join('\n\n'),
    keyboard: [...supportRow(language, supportUrl), [menuButton(language)]],
  };
}

/** On what terms credits are sold. */
export function termsScreen(data: ScreenData): OutgoingMessage {
  const { language } = data;
  return {
    text: translate(language, 'terms.text'),
    keyboard: [...documentRows(data), [menuButton(language)]],
  };
}

/** Somebody is back who had blocked the bot. */
export function welcomeBackScreen(language: Language): OutgoingMessage {
  return { text: translate(language, 'start.back'), keyboard: [[menuButton(language)]] };
}

function menuRows(data: ScreenData) {
  const { language } = data;
  return [
    ...resumeRow(data),
    [{ text: translatePlain(language, 'button.create'), callback: encodeCallback('create') }],
    [
      { text: translatePlain(language, 'button.videos'), callback: encodeCallback('videos', '0') },
      cabinetButton(data),
    ],
    [topUpButton(language)],
    [{ text: translatePlain(language, 'button.help'), callback: encodeCallback('help') }],
    ...supportRow(language, data.supportUrl),
  ];
}
