import { describe, expect, it } from 'vitest';
import { decideLanguage } from './language.rules.js';

describe('the language of a new person', () => {
  it.each([
    ['ru', 'ru'],
    ['ru-RU', 'ru'],
    ['uk', 'ru'],
    ['be', 'ru'],
    ['KK', 'ru'],
    ['en', 'en'],
    ['en-GB', 'en'],
    ['de', 'en'],
    ['pt-br', 'en'],
    ['rup', 'en'],
    ['', 'ru'],
    [undefined, 'ru'],
  ] as const)('%s is greeted in %s', (code, language) => {
    expect(decideLanguage(code)).toBe(language);
  });
});
