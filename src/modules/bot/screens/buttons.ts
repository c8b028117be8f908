import { encodeCallback, translatePlain, type Button, type Language } from '../../telegram/index.js';
import type { DraftStep } from '../conversation.schemas.js';
import { isAnswered, isWorthKeeping } from '../draft.rules.js';
import type { DraftScreenData, ScreenData } from './screen-data.js';

/** The way out that every screen has. */
export function menuButton(language: Language): Button {
  return { text: translatePlain(language, 'button.menu'), callback: encodeCallback('menu') };
}

/** To everything that can be bought. */
export function plansButton(language: Language): Button {
  return { text: translatePlain(language, 'button.plans'), callback: encodeCallback('plans') };
}

/** The same, for somebody who needs credits. */
export function topUpButton(language: Language): Button {
  return { text: translatePlain(language, 'button.top_up'), callback: encodeCallback('plans') };
}

/** To the draft, where one waits that is worth keeping. */
export function resumeRow({ language, state }: Pick<ScreenData, 'language' | 'state'>): Button[][] {
  if (!isWorthKeeping(state.draft)) return [];
  return [[{ text: translatePlain(language, 'button.resume'), callback: encodeCallback('resume') }]];
}

/** The support chat, where one is configured. */
export function supportRow(language: Language, supportUrl: string | undefined): Button[][] {
  return supportUrl ? [[{ text: translatePlain(language, 'button.support'), url: supportUrl }]] : [];
}

/** Back, on where the step has its answer, and the menu. */
export function stepRows(data: DraftScreenData, step: DraftStep): Button[][] {
  const { language, draft } = data;
  const back: Button = {
    text: translatePlain(language, 'button.back'),
    callback: encodeCallback('back', step),
  };
  const next: Button = {
    text: translatePlain(language, 'button.next'),
    callback: encodeCallback('next', step),
  };
  return [isAnswered(draft, step) ? [back, next] : [back], [menuButton(language)]];
}

/** One of several answers; the one that was given is marked. */
export function choice(language: Language, label: string, chosen: boolean, callback: string): Button {
  return { text: chosen ? translatePlain(language, 'button.chosen', { label }) : label, callback };
}

/** To the pages before and after, where there are any. */
export function pageRow(
  language: Language,
  { page, pages }: { page: number; pages: number },
  callbackOf: (page: number) => string,
): Button[][] {
  const newer = { text: translatePlain(language, 'button.newer'), callback: callbackOf(page - 1) };
  const older = { text: translatePlain(language, 'button.older'), callback: callbackOf(page + 1) };
  const row = [...(page > 0 ? [newer] : []), ...(page < pages - 1 ? [older] : [])];
  return row.length > 0 ? [row] : [];
}
