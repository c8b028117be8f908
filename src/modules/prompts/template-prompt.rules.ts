import { describeKind, describeScene, FIDELITY } from './prompt-scenes.rules.js';
import { cleanText, cutAtSentence } from './prompt-text.rules.js';
import type { PromptRequest } from './prompt.types.js';

/** The seller's own words get at least this share of the prompt, however short the limit is. */
const WORDS_SHARE_MIN = 0.4;
/** Wishes take at most this share of the seller's words when not everything fits. */
const WISHES_SHARE_MAX = 0.3;
const SEPARATOR = '\n';

/** The parts of a request that the template needs. */
export type TemplateRequest = Pick<
  PromptRequest,
  'template' | 'kind' | 'productText' | 'wishes' | 'language' | 'promptMaxLength' | 'position'
>;

/**
 * A prompt written without any language model: what the product is in the seller's words, how to film it, what must stay as it is.
 * Never longer than the limit; when the limit is short, the directions give way before the product's facts do.
 */
export function composeTemplatePrompt(request: TemplateRequest): string {
  const directions = [
    describeKind(request.kind),
    describeScene(request.template, request.language, request.position),
    FIDELITY,
  ];
  // The last one goes first: what the product is matters most, then what kind of video it is.
  for (let kept = directions.length; kept > 0; kept -= 1) {
    const prompt = join(directions.slice(0, kept), request);
    if (prompt !== null) return prompt;
  }
  return cutAtSentence(oneLine(request.productText), request.promptMaxLength);
}

/**
 * The person's own prompt as it is, cut to the limit; nothing is added to it.
 *
 * @returns empty text when there are no words in it
 */
export function composeOwnPrompt(request: TemplateRequest): string {
  return cutAtSentence(cleanText(request.productText), request.promptMaxLength);
}

/** `null` when these directions leave too little room for the seller's words. */
function join(directions: readonly string[], request: TemplateRequest): string | null {
  const facts = oneLine(request.productText);
  const wishes = oneLine(request.wishes ?? '');
  const frame = assemble(directions, '', '');
  const labels = (facts ? quoteFacts('').length + 1 : 0) + (wishes ? quoteWishes('').length + 1 : 0);
  const room = request.promptMaxLength - frame.length - labels;
  const needed = facts.length + wishes.length;
  if (room < Math.min(needed, request.promptMaxLength * WORDS_SHARE_MIN)) return null;
  if (needed <= room) return assemble(directions, facts, wishes);
  const wishesKept = cutAtSentence(
    wishes,
    Math.max(Math.floor(room * WISHES_SHARE_MAX), room - facts.length),
  );
  return assemble(directions, cutAtSentence(facts, room - wishesKept.length), wishesKept);
}

function assemble([first = '', ...rest]: readonly string[], facts: string, wishes: string): string {
  const words = [facts && quoteFacts(facts), wishes && quoteWishes(wishes)];
  return [first, ...words, ...rest].filter((part) => part !== '').join(SEPARATOR);
}

function quoteFacts(facts: string): string {
  return `The product, as its seller describes it: “${facts}”`;
}

function quoteWishes(wishes: string): string {
  return `What the seller wants to see: “${wishes}”`;
}

/** On one line and without the quotation marks that we put around it. */
function oneLine(text: string): string {
  return cleanText(text).replace(/[“”]/g, '"').replace(/\s+/g, ' ');
}
