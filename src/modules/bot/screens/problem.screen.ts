import { shorten, translate, type Language, type OutgoingMessage } from '../../telegram/index.js';
import type { Hint } from '../conversation.types.js';
import { menuButton, supportRow } from './buttons.js';
import type { ScreenData } from './screen-data.js';

const BYTES_PER_MB = 1024 * 1024;
/** How much of a flagged text is given back, in characters: it shares its message with what is said of it and the question. */
const FLAGGED_LENGTH_MAX = 3_000;

/** The line above a screen that says what was wrong with the last message. */
export function hintText(hint: Hint, { language, limits }: ScreenData): string {
  switch (hint.key) {
    case 'photo_too_small':
      return translate(language, 'hint.photo_too_small', { sideMinPx: limits.photoSideMinPx });
    case 'photo_too_large': {
      const sizeMaxMb = Math.floor(limits.photoBytesMax / BYTES_PER_MB);
      return translate(language, 'hint.photo_too_large', { sizeMaxMb });
    }
    case 'photo_bad_ratio':
      return translate(language, 'hint.photo_bad_ratio', { ratioMax: limits.photoRatioMax });
    case 'photo_gone':
      return translate(language, 'hint.photo_gone', { count: limits.photoKeptDays });
    case 'too_short':
      return translate(language, 'hint.too_short', { min: hint.min });
    case 'too_long':
      return translate(language, 'hint.too_long', { count: hint.length, max: hint.max });
    case 'text_flagged':
      return translate(language, 'hint.text_flagged', { text: shorten(hint.text, FLAGGED_LENGTH_MAX) });
    default:
      return translate(language, `hint.${hint.key}`);
  }
}

/** Something broke on our side. */
export function apologyScreen(language: Language): OutgoingMessage {
  return { text: translate(language, 'problem.apology'), keyboard: [[menuButton(language)]] };
}

/** The person may not use the bot. */
export function bannedScreen(language: Language, supportUrl: string | undefined): OutgoingMessage {
  return { text: translate(language, 'problem.banned'), keyboard: supportRow(language, supportUrl) };
}

/** The bot is closed for a while; what was ordered goes on. */
export function maintenanceScreen(language: Language): OutgoingMessage {
  return { text: translate(language, 'problem.maintenance'), keyboard: [[menuButton(language)]] };
}

/** Somebody taps or writes faster than anybody can read. */
export function slowDownScreen(language: Language): OutgoingMessage {
  return { text: translate(language, 'problem.slow_down'), keyboard: [[menuButton(language)]] };
}
