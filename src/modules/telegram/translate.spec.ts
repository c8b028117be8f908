import { describe, expect, it } from 'vitest';
import { LANGUAGES, readLocale, translate, translatePlain, type Language } from './translate.js';

const PLURALS: Record<Language, string[]> = { ru: ['one', 'few', 'many', 'other'], en: ['one', 'other'] };
const PLURAL_ENDING = /_(one|few|many|other)$/;
const TAGS = ['b', 'i', 'code', 'blockquote'];

/** Every text of a language by its full key, plural endings kept. */
function textsOf(language: Language): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node === 'string') texts.set(path, node);
    else
      for (const [key, child] of Object.entries(node as object)) walk(child, path ? `${path}.${key}` : key);
  };
  walk(readLocale(language), '');
  return texts;
}

/** Base key → the params that all its forms use together. */
function paramsOf(language: Language): Record<string, string[]> {
  const params = new Map<string, Set<string>>();
  for (const [key, text] of textsOf(language)) {
    const base = key.replace(PLURAL_ENDING, '');
    const known = params.get(base) ?? new Set<string>();
    for (const [, name] of text.matchAll(/\{\{(\w+)\}\}/g)) known.add(name as string);
    params.set(base, known);
  }
  return Object.fromEntries([...params].map(([key, names]) => [key, [...names].sort()]));
}

describe('the locales', () => {
  it('hold the same texts with the same params', () => {
    expect(paramsOf('en')).toEqual(paramsOf('ru'));
  });

  it.each(LANGUAGES)('hold every plural form of %s', (language) => {
    const keys = [...textsOf(language).keys()];
    const bases = new Set(
      keys.filter((key) => PLURAL_ENDING.test(key)).map((key) => key.replace(PLURAL_ENDING, '')),
    );
    const missing = [...bases].flatMap((base) =>
      PLURALS[language].map((form) => `${base}_${form}`).filter((key) => !keys.includes(key)),
    );
    expect(missing).toEqual([]);
    expect(bases.size).toBeGreaterThan(5);
  });

  it.each(LANGUAGES)('hold only markup that Telegram reads, closed, in %s', (language) => {
    for (const [key, text] of textsOf(language)) {
      const bare = text.replace(new RegExp(`<(${TAGS.join('|')})>([^<]*)</\\1>`, 'g'), '$2');
      expect(bare, key).not.toMatch(/[<>&]/);
    }
  });

  it.each(LANGUAGES)('keep buttons, notes and commands short and plain in %s', (language) => {
    for (const [key, text] of textsOf(language)) {
      if (key.startsWith('button.')) expect(text.length, key).toBeLessThanOrEqual(40);
      if (key.startsWith('tap.')) expect(text.length, key).toBeLessThanOrEqual(200);
      if (/^(button|tap|commands)\./.test(key)) expect(text, key).not.toMatch(/[<&]/);
      if (key.startsWith('stars.refused.')) expect(text.length, key).toBeLessThanOrEqual(200);
      if (/^(stars\.|payment\.description)/.test(key)) expect(text, key).not.toMatch(/[<&]/);
      if (key.startsWith('result.')) expect(text.length, key).toBeLessThanOrEqual(1024);
    }
  });
});

// https://core.telegram.org/bots/api#sendinvoice and the description of a YooKassa payment.
describe.each(LANGUAGES)('what a bill says in %s', (language) => {
  it.each([1, 5, 21, 100_000])('fits where it is shown: %i', (count) => {
    expect(translatePlain(language, 'stars.invoice.title', { count }).length).toBeLessThanOrEqual(32);
    expect(translatePlain(language, 'stars.invoice.description', { count }).length).toBeLessThanOrEqual(255);
    expect(translatePlain(language, 'payment.description', { count }).length).toBeLessThanOrEqual(128);
    expect(translatePlain(language, 'payment.description', { count })).toContain(String(count));
  });
});

describe('translate', () => {
  it.each([
    ['ru', 1, 'На балансе <b>1 кредит</b>.'],
    ['ru', 2, 'На балансе <b>2 кредита</b>.'],
    ['ru', 5, 'На балансе <b>5 кредитов</b>.'],
    ['ru', 21, 'На балансе <b>21 кредит</b>.'],
    ['ru', 0, 'На балансе <b>0 кредитов</b>.'],
    ['en', 1, 'Your balance: <b>1 credit</b>.'],
    ['en', 0, 'Your balance: <b>0 credits</b>.'],
  ] as const)('counts in %s: %i', (language, count, text) => {
    expect(translate(language, 'balance', { count })).toBe(text);
  });

  it('escapes what a person wrote', () => {
    const text = '<b>5 & "7"</b>';
    expect(translate('en', 'confirm.product', { text })).toBe('📝 &lt;b&gt;5 &amp; &quot;7&quot;&lt;/b&gt;');
    expect(translatePlain('en', 'button.chosen', { label: text })).toBe(`✅ ${text}`);
  });

  it('reads no placeholder and no reference in what a person wrote', () => {
    const text = '{{min}} $t(menu.title) {{- text}}';
    expect(translate('en', 'confirm.product', { text, min: 3 })).toBe(`📝 ${text}`);
  });
});

describe('a text that was made before', () => {
  it('is another one for another number or language', () => {
    const balance = (language: Language, count: number) => translate(language, 'balance', { count });
    const made = [balance('en', 1), balance('en', 2), balance('ru', 2)];
    expect(new Set(made).size).toBe(3);
    expect([balance('en', 1), balance('en', 2), balance('ru', 2)]).toEqual(made);
  });
});
