import { readFileSync } from 'node:fs';
import { createInstance } from 'i18next';
import { escapeHtml } from './html.js';
import type ru from './locales/ru.json';

/** The languages of the bot, the first one first. */
export const LANGUAGES = ['ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

type PluralSuffix = '_one' | '_few' | '_many' | '_other';
type WithoutPlural<K extends string> = K extends `${infer Base}${PluralSuffix}` ? Base : K;
type KeysOf<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string
    ? `${Prefix}${WithoutPlural<K>}`
    : KeysOf<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

/** The name of a text: the path in a locale file, without the plural's ending. */
export type TranslationKey = KeysOf<typeof ru>;

/** Values for `{{name}}` in a text; `count` also chooses the plural form. */
export type TranslationParams = Readonly<Record<string, string | number>>;

/** The texts of a language as they are in its file. */
export function readLocale(language: Language): Record<string, unknown> {
  const file = new URL(`./locales/${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

const texts = createInstance();
void texts.init({
  // The resources are here already, so that texts are ready when this module is.
  initAsync: false,
  resources: Object.fromEntries(
    LANGUAGES.map((language) => [language, { translation: readLocale(language) }]),
  ),
  supportedLngs: LANGUAGES,
  fallbackLng: 'ru',
  interpolation: { escape: escapeHtml },
});

/** Enough for every text there is, in both languages and with many numbers; what comes after that is made each time. */
const READY_TEXTS_MAX = 5_000;
/** Texts that hold no value but a number, once they were made: i18next takes 20 µs or more for each, and a screen has ten. */
const readyTexts = new Map<string, string>();

/** Null for a text that holds more than a number. */
function readyText(language: Language, key: TranslationKey, params: TranslationParams): string | null {
  const { count } = params;
  if (Object.keys(params).length > (typeof count === 'number' ? 1 : 0)) return null;
  const name = `${language} ${key} ${count}`;
  const ready = readyTexts.get(name);
  if (ready !== undefined) return ready;
  const text = texts.t(key, { ...params, lng: language });
  if (readyTexts.size < READY_TEXTS_MAX) readyTexts.set(name, text);
  return text;
}

/** A text as Telegram's HTML. Params are escaped: they may be anything that a person wrote. */
export function translate(language: Language, key: TranslationKey, params: TranslationParams = {}): string {
  return readyText(language, key, params) ?? texts.t(key, { ...params, lng: language });
}

/** A text for where Telegram reads no HTML: buttons, notes on a tap, the commands menu. */
export function translatePlain(
  language: Language,
  key: TranslationKey,
  params: TranslationParams = {},
): string {
  const ready = readyText(language, key, params);
  if (ready !== null) return ready;
  return texts.t(key, { ...params, lng: language, interpolation: { escapeValue: false } });
}
