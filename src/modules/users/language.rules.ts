/** The languages that people can be answered in. */
export type Language = 'ru' | 'en';

/** Languages whose speakers read Russian more likely than English. */
const READ_RUSSIAN = new Set(['ru', 'uk', 'be', 'kk']);

/**
 * The language to greet somebody in, from Telegram's `language_code`: an IETF tag such as `ru` or `en-GB`, which some
 * clients leave out. Without one it is Russian, the language of most sellers.
 *
 * @see https://core.telegram.org/bots/api#user
 */
export function decideLanguage(languageCode: string | undefined): Language {
  if (!languageCode) return 'ru';
  const primary = languageCode.toLowerCase().split(/[-_]/)[0] ?? '';
  return READ_RUSSIAN.has(primary) ? 'ru' : 'en';
}
