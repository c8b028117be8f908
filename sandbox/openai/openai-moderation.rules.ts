import type { Colour } from './openai-images.js';

/** The 13 categories. https://platform.openai.com/docs/guides/moderation */
const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
] as const;
type Category = (typeof CATEGORIES)[number];

/** Pictures are judged for these only. */
export const IMAGE_CATEGORIES = [
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'violence',
  'violence/graphic',
] as const satisfies readonly Category[];
type ImageCategory = (typeof IMAGE_CATEGORIES)[number];

const WORDS: readonly (readonly [RegExp, Category])[] = [
  [/\[\[flag:sexual\]\]|порно|\bporn/iu, 'sexual'],
  [/\[\[flag:violence\]\]|зарезать|кровав\p{L}+ расправ|\bmurder\b|\bbehead/iu, 'violence'],
  [/\[\[flag:hate\]\]|\bsubhuman/iu, 'hate'],
  [/\[\[flag:illicit\]\]|наркотик|кокаин|\bcocaine/iu, 'illicit'],
  [/\[\[flag:self_harm\]\]|самоубийств|\bsuicide/iu, 'self-harm'],
];

/** A picture of one pure colour is the fake's sign for a picture that must be flagged. */
const COLOURS: readonly (readonly [Colour, ImageCategory])[] = [
  [{ r: 255, g: 0, b: 255 }, 'sexual'],
  [{ r: 255, g: 0, b: 0 }, 'violence/graphic'],
];
const COLOUR_TOLERANCE = 8;

/** The categories that a text falls into. */
export function flagsOfText(text: string): string[] {
  return WORDS.filter(([pattern]) => pattern.test(text)).map(([, category]) => category);
}

/** The categories that a picture falls into, by its average colour: pure magenta is sexual, pure red is gore. */
export function flagsOfImage(colour: Colour): ImageCategory[] {
  const near = (one: number, other: number): boolean => Math.abs(one - other) <= COLOUR_TOLERANCE;
  return COLOURS.filter(
    ([sign]) => near(sign.r, colour.r) && near(sign.g, colour.g) && near(sign.b, colour.b),
  ).map(([, category]) => category);
}

/** One element of `results`. */
export function moderationResult(flags: { text: string[] | null; images: string[] | null }): unknown {
  const hits = new Set([...(flags.text ?? []), ...(flags.images ?? [])]);
  const entries = <T>(value: (category: Category) => T): Record<string, T> =>
    Object.fromEntries(CATEGORIES.map((category) => [category, value(category)]));
  return {
    flagged: hits.size > 0,
    categories: entries((category) => hits.has(category)),
    category_scores: entries((category) => (hits.has(category) ? 0.97 : 0.0001)),
    category_applied_input_types: entries((category) => [
      ...(flags.text ? ['text'] : []),
      ...(flags.images && IMAGE_CATEGORIES.some((one) => one === category) ? ['image'] : []),
    ]),
  };
}
