import { TONES, WORDS, type Tone } from './words.data.js';

/** A table of plain words. */
export type WordTable = keyof typeof WORDS;

/** The plain words for a value of the application, else the value itself, readable. */
export function plain(table: WordTable, raw: string): string {
  const words: Readonly<Record<string, string>> = WORDS[table];
  return (Object.hasOwn(words, raw) ? words[raw] : undefined) ?? raw.replaceAll('_', ' ');
}

/** How a value of the application looks. */
export function toneOf(table: keyof typeof TONES, raw: string): Tone {
  const tones: Readonly<Record<string, Tone>> = TONES[table];
  return (Object.hasOwn(tones, raw) ? tones[raw] : undefined) ?? 'plain';
}
