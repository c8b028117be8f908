import { createHash } from 'node:crypto';
import {
  ADJECTIVES,
  FEATURES,
  FOREIGN_MAGIC,
  NOUNS,
  SETTINGS,
  PACES,
  PLACES,
  TIMES,
  type Setting,
} from './openai-words.data.js';

/** What the writer was given. */
export interface WritingTask {
  /** What the system or developer told the model. */
  instructions: string;
  /** What the user message holds. */
  text: string;
}

const LENGTH_MAX_DEFAULT = 1500;
const ADJECTIVES_MAX = 3;
const FEATURES_MAX = 2;
/** What may be taken over from an English description as it is. */
const ENGLISH_LEAD_MAX = 90;

const CAMERA = [
  'The camera starts close on its texture and pulls back in one smooth move until the whole {noun} fills the frame.',
  'The camera glides sideways past a blurred edge in the foreground and finds the {noun} sharp in the middle of the frame.',
  'The camera moves a quarter of the way around the {noun}, slowly, and comes to rest on its best side.',
];
const LIGHT = [
  'Soft daylight from the left draws its edges and leaves a long, gentle shadow.',
  'Warm late light comes from behind and gives it a thin golden rim.',
  'Even, airy light keeps the colours true and the background calm.',
];
const ENDING = [
  'The last frame is still: the {noun} alone, clear and tempting.',
  'It ends on a steady close view of the {noun}, the background melting away.',
  'In the last second everything but the {noun} falls out of focus.',
];
const SPEECH: Record<'ru' | 'en', readonly string[]> = {
  ru: [
    '«Пользуюсь неделю — и правда удобно.»',
    '«Вживую ещё лучше, чем на фото.»',
    '«Честно: теперь пользуюсь каждый день.»',
  ],
  en: [
    '"A week in, and it really is this handy."',
    '"It looks even better than in the photo."',
    '"Tried it once, now I use it every day."',
  ],
};

/**
 * Writes the prompt of a product video as a language model would: in English, about the product of the text, in the
 * manner that the instructions ask for and within the length that they name. The same task gives the same prompt.
 */
export function writeVideoPrompt(task: WritingTask): string {
  const product = describeProduct(task.text);
  const seed = createHash('sha256').update(`${task.instructions}\n${task.text}`).digest();
  const pick = <T>(choices: readonly T[], at: number): T => choices[(seed[at] ?? 0) % choices.length] as T;
  const noun = product.shortName;
  const blogger = /blogger|\bugc\b|selfie|honest take/i.test(task.instructions);
  const { setting } = product;
  const place = [findAll(PLACES, task.text)[0] ?? setting.place, findAll(TIMES, task.text)[0]]
    .filter(Boolean)
    .join(' ');
  const language = /\bRussian\b/.test(task.instructions) ? 'ru' : 'en';
  const sentences = [
    `${capitalise(product.fullName)}, exactly as in the photo, ${blogger ? 'is the one thing to look at' : 'stands'} ${place}.`,
    blogger
      ? `Filmed on a phone at arm's length, slightly handheld: a friendly person in plain clothes ${setting.gesture}.`
      : pick(CAMERA, 0),
    pick(LIGHT, 1),
    `${capitalise(setting.motion)}; ${product.features.join(', ') || `the ${noun} keeps its shape, colour and label in every frame`}.`,
    blogger
      ? `They say, in a natural voice: ${pick(SPEECH[language], 2)}`
      : 'No people, no text on the screen.',
    ...findAll(PACES, task.text).slice(0, 1),
    pick(ENDING, 3),
    `Sound: ${setting.sound}.`,
    'Vertical 9:16, one continuous take, realistic, sharp detail.',
  ].map((sentence) => sentence.replaceAll('{noun}', noun));
  return fit(sentences, task.text.match(FOREIGN_MAGIC) ?? [], lengthMaxOf(task.instructions));
}

/** What a text sells, in English: `a teal ceramic mug (350 ml)`. */
export function nameProduct(text: string): string {
  return describeProduct(text).fullName;
}

interface Product {
  fullName: string;
  shortName: string;
  features: string[];
  setting: Setting;
}

function describeProduct(text: string): Product {
  const found = NOUNS.map(([pattern, noun, category]) => ({
    noun,
    category,
    at: text.search(wordBeginning(pattern)),
  }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)[0];
  const adjectives = findAll(ADJECTIVES, text).slice(0, ADJECTIVES_MAX);
  const size = sizeOf(text);
  const features = findAll(FEATURES, text).slice(0, FEATURES_MAX);
  const setting = SETTINGS[found?.category ?? 'any'];
  const lead = found ? null : englishLead(text);
  const shortName = found?.noun ?? 'product';
  const named =
    lead ??
    (found ? withArticle([...adjectives, shortName].join(' ')) : ['the', ...adjectives, shortName].join(' '));
  return { fullName: size ? `${named} (${size})` : named, shortName, features, setting };
}

/** The beginning of an English description, where the dictionary knows no name for the product. */
function englishLead(text: string): string | null {
  const described = /"description"\s*:\s*"([^"]+)/.exec(text)?.[1] ?? text;
  const lead = (described.split(/[.!?\n,;:]/)[0] ?? '').trim().slice(0, ENGLISH_LEAD_MAX);
  if (!/^[\x20-\x7e]{4,}$/.test(lead)) return null;
  const common = /^(A|An|The|My|Our|Set|Pack|Box|Pair|Kit|New|Handmade)\b/.test(lead);
  const name = common ? lead.charAt(0).toLowerCase() + lead.slice(1) : lead;
  return /^(a|an|the|my|our)\b/i.test(name) ? name : withArticle(name);
}

function sizeOf(text: string): string | null {
  const [, amount, unit = ''] = /(\d+(?:[.,]\d+)?)\s*(мл|л|см|кг|ml|l|cm|kg)(?!\p{L})/iu.exec(text) ?? [];
  const units: Record<string, string> = { мл: 'ml', л: 'litres', см: 'cm', кг: 'kg', l: 'litres' };
  return amount ? `${amount.replace(',', '.')} ${units[unit.toLowerCase()] ?? unit.toLowerCase()}` : null;
}

function findAll(words: readonly (readonly [string, string])[], text: string): string[] {
  return words.filter(([pattern]) => wordBeginning(pattern).test(text)).map(([, english]) => english);
}

/** `\b` knows Latin letters only, so the beginning of a word is said in full. */
function wordBeginning(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}-])(?:${pattern})`, 'iu');
}

function withArticle(name: string): string {
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lengthMaxOf(instructions: string): number {
  const told = /(\d[\d ,]*)\s*(?:characters|symbols|знак|символ)/i.exec(instructions)?.[1];
  return told ? Number(told.replace(/[ ,]/g, '')) : LENGTH_MAX_DEFAULT;
}

/** Leaves out whole sentences from the end until the text fits; the magic words always stay. */
function fit(sentences: readonly string[], magic: readonly string[], lengthMax: number): string {
  const kept = [...sentences];
  const compose = (): string => [...kept, ...magic].join(' ');
  while (kept.length > 1 && compose().length > lengthMax) kept.pop();
  return compose().slice(0, Math.max(1, lengthMax));
}
