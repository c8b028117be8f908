import { encodeCallback, translatePlain, type Button, type Language } from '../telegram/index.js';

/** The way out that every message has. */
export function menuButton(language: Language): Button {
  return { text: translatePlain(language, 'button.menu'), callback: encodeCallback('menu') };
}

/** To everything that can be bought. */
export function plansButton(language: Language): Button {
  return { text: translatePlain(language, 'button.plans'), callback: encodeCallback('plans') };
}

/** The support chat, where one is configured. */
export function supportRow(language: Language, supportUrl: string | undefined): Button[][] {
  return supportUrl ? [[{ text: translatePlain(language, 'button.support'), url: supportUrl }]] : [];
}
