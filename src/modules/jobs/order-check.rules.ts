import type { PhotoLookAdvice, PhotoVerdict } from './photo-look.rules.js';

/** A text that an order is filmed from. */
export type OrderText = 'description' | 'wishes' | 'prompt';

/** What the look before charging means: go on, stop for the photo or for a text, or ask the person about the photo. */
export type OrderVerdict =
  | { kind: 'clear' }
  | { kind: 'photo_stop'; reason: 'flagged' | 'people' }
  | { kind: 'text_stop'; text: OrderText }
  /** Never empty. */
  | { kind: 'advice'; advice: PhotoLookAdvice[] };

/** The texts that go into the video, none of them empty. Of an order with an own prompt that is the prompt alone. */
export function textsToCheck(order: {
  description: string;
  wishes: string | null;
  prompt: string | null;
}): [OrderText, string][] {
  const { description, wishes, prompt } = order;
  const texts: [OrderText, string | null][] =
    prompt === null
      ? [
          ['description', description],
          ['wishes', wishes],
        ]
      : [['prompt', prompt]];
  return texts.filter((text): text is [OrderText, string] => Boolean(text[1]?.trim()));
}

/** Whatever stops the order comes before advice, and the photo before the texts: one thing at a time. */
export function decideOrder(photo: PhotoVerdict, flaggedText: OrderText | null): OrderVerdict {
  if (photo.kind === 'stop') return { kind: 'photo_stop', reason: photo.reason };
  return flaggedText === null ? photo : { kind: 'text_stop', text: flaggedText };
}
