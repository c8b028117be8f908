/** The door for programs that must answer at once: what needs neither Nest nor Telegraf. */
export {
  CALLBACK_KINDS,
  decodeCallback,
  OPERATOR_CALLBACK_KINDS,
  type CallbackKind,
} from './callback-data.js';
export { htmlToPlain } from './html.js';
export { formatMoney, type Money } from './money.js';
export {
  LANGUAGES,
  readLocale,
  translate,
  translatePlain,
  type Language,
  type TranslationKey,
  type TranslationParams,
} from './translate.js';
