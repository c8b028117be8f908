import { splitSentences } from './prompt-text.rules.js';
import type { PromptRequest } from './prompt.types.js';

/** Addresses, handles and amounts of money: what letters in a photo may talk a model into, and what no video needs. Bounded, so that none of them is slow. */
const CLAIMS: readonly RegExp[] = [
  /(?:https?:\/\/|www\.)\S+/giu,
  /(?<![\p{L}\d.@-])(?:[\p{L}\d-]{1,63}\.){1,4}(?:com|net|org|info|biz|io|me|app|shop|store|site|online|ru|su|by|kz|ua|рф)(?![\p{L}\d])/giu,
  /(?<![\p{L}\d])@\w{3,}/giu,
  /[$€£₽]\s?\d[\d\s.,]{0,15}|\d[\d\s.,]{0,15}(?:[$€£₽]|(?:руб\p{L}*|р\.|rub|rubles?|usd|dollars?|euros?|eur)(?!\p{L}))/giu,
];

/** A written prompt without the sentences that name an address, a handle or a price of which the seller has said nothing. */
export function dropInvented(
  prompt: string,
  { productText, wishes }: Pick<PromptRequest, 'productText' | 'wishes'>,
): string {
  const said = compact(`${productText} ${wishes ?? ''}`);
  const isInvented = (claim: string): boolean => !said.includes(compact(claim));
  const kept = splitSentences(prompt).filter(
    (sentence) => !CLAIMS.some((pattern) => (sentence.match(pattern) ?? []).some(isInvented)),
  );
  return kept.join('').trim();
}

/** Without what people and models write differently: case, spaces, and the stop after an address. */
function compact(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/gu, '')
    .replace(/[.,!?:;"'”»)]+$/u, '');
}
