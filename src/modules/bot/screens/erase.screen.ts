import { encodeCallback, translate, translatePlain, type OutgoingMessage } from '../../telegram/index.js';
import { menuButton, supportRow } from './buttons.js';
import type { ScreenData } from './screen-data.js';

/** What erasing takes away, and whether it is meant; the second question names it once more. */
export function eraseScreen(
  { language }: ScreenData,
  { screen, credits }: { screen: 'erase_ask' | 'erase_sure'; credits: number },
): OutgoingMessage {
  const isSure = screen === 'erase_sure';
  const lost = credits > 0 ? [translate(language, 'erase.credits', { count: credits })] : [];
  const text = [translate(language, isSure ? 'erase.sure' : 'erase.ask'), ...lost].join('\n\n');
  const go = {
    text: translatePlain(language, isSure ? 'button.erase_now' : 'button.erase'),
    callback: encodeCallback(isSure ? 'erase' : 'delete', String(credits)),
  };
  const keep = { text: translatePlain(language, 'button.keep_account'), callback: encodeCallback('menu') };
  return { text, keyboard: [[keep], [go]] };
}

/** Not while something is open that still needs its person. */
export function eraseBusyScreen(
  { language, supportUrl }: ScreenData,
  { videos, payments }: { videos: number; payments: number },
): OutgoingMessage {
  const open = [
    ...(videos > 0 ? [translate(language, 'erase.busy_videos', { count: videos })] : []),
    ...(payments > 0 ? [translate(language, 'erase.busy_payments', { count: payments })] : []),
  ];
  const parts = [translate(language, 'erase.busy'), open.join('\n'), translate(language, 'erase.busy_later')];
  return {
    text: parts.join('\n\n'),
    keyboard: [
      [{ text: translatePlain(language, 'button.videos'), callback: encodeCallback('videos', '0') }],
      ...supportRow(language, supportUrl),
      [menuButton(language)],
    ],
  };
}

/** All is gone; whoever comes back is a stranger. */
export function erasedScreen({ language }: ScreenData): OutgoingMessage {
  const again = { text: translatePlain(language, 'button.start_again'), callback: encodeCallback('menu') };
  return { text: translate(language, 'erase.done'), keyboard: [[again]] };
}
