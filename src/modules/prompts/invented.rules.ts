import { splitSentences } from './prompt-text.rules.js';
import type { PromptRequest } from './prompt.types.js';

const TLDS =
  'com|net|org|info|biz|io|me|co|uk|de|eu|tv|pro|app|dev|shop|store|site|online|club|live|link|click|top|xyz|ru|su|by|kz|ua|uz|рф';
/** Ways to find somebody, in their common forms: what letters in a photo may talk a model into, and no video needs. Every repetition is bounded, so that none is slow. */
const LINK = /(?:https?:\/\/|www\.|(?<![\p{L}\d])t\.me\/)[\p{L}\d]\S*/giu;
/** Each label with a letter and of two characters at least: "3.5 l.by the window" is no domain. */
const DOMAIN = new RegExp(
  String.raw`(?<![\p{L}\d])(?:(?=[\d-]{0,63}\p{L})[\p{L}\d][\p{L}\d-]{1,62}\.){1,4}(?:${TLDS})(?![\p{L}\d])`,
  'giu',
);
const EMAIL = /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){1,4}/giu;
const HANDLE = /(?<![\p{L}\d])@\p{L}[\p{L}\d_]{2,63}/giu;
/** Ten digits or more after a plus, or Russia's eleven that begin with 8. */
const PHONE =
  /(?:\+\d|(?<!\d)8(?=(?:(?:[ \u00a0()-]{0,2}|\.)\d){10}(?!\d)))(?:(?:[ \u00a0()-]{0,2}|\.)\d){9,14}/gu;
/** Digits of a number that are the same however its country is written. */
const PHONE_DIGITS = 10;

/** A written prompt without the sentences that name a link, an e-mail address, a handle or a phone of which the seller has said nothing. */
export function dropInvented(
  prompt: string,
  { productText, wishes }: Pick<PromptRequest, 'productText' | 'wishes'>,
): string {
  const text = `${productText} ${wishes ?? ''}`;
  const [said, saidDigits] = [compact(text), digitsOf(text)];
  const isInvented = (claim: string): boolean => !said.includes(compact(claim));
  const isInventedPhone = (claim: string): boolean =>
    !saidDigits.includes(digitsOf(claim).slice(-PHONE_DIGITS));
  const hasInvented = (sentence: string): boolean =>
    [LINK, DOMAIN, EMAIL, HANDLE].some((pattern) => (sentence.match(pattern) ?? []).some(isInvented)) ||
    (sentence.match(PHONE) ?? []).some(isInventedPhone);
  return splitSentences(prompt)
    .filter((sentence) => !hasInvented(sentence))
    .join('')
    .trim();
}

/** Without what people and models write differently: case, spaces, how a link begins, and what stands after it. */
function compact(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, '')
    .replace(/[.,!?:;/"'”»)]+$/u, '')
    .replace(/^(?:https?:\/\/)?(?:www\.)?/u, '');
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
