import { describe, expect, it } from 'vitest';
import { decodeCallback, LANGUAGES, TEXT_LENGTH_MAX, type Language } from '../../telegram/index.js';
import { FIRST_STATE, type Draft, type Step } from '../conversation.schemas.js';
import type { Hint } from '../conversation.types.js';
import { emptyDraft } from '../draft.rules.js';
import {
  apologyScreen,
  bannedScreen,
  renderScreen,
  type ConversationScreen,
  type ScreenData,
} from './index.js';

const DRAFT: Draft = {
  ...emptyDraft('00000000-0000-4000-8000-000000000001', 'neurocard'),
  photoPath: 'p',
  description: '<b>Mug</b> & co',
  template: 'ugc',
  wishes: 'warm & light',
  prompt: 'The mug turns',
  count: 3,
};
const STEPS: Step[] = [
  ...(['menu', 'email', 'kind', 'photo', 'description', 'template'] as const),
  ...(['wishes', 'prompt', 'count', 'confirm'] as const),
];
const HINTS: Hint[] = [
  ...(['cancelled', 'nothing_to_cancel', 'no_draft', 'repeat_missing'] as const).map((key) => ({ key })),
  ...(['not_an_image', 'photo_too_small', 'photo_too_large', 'photo_bad_ratio'] as const).map((key) => ({
    key,
  })),
  { key: 'photo_unavailable' },
  ...(['bad_email', 'paid', 'payment_missing'] as const).map((key) => ({ key })),
  { key: 'too_short', min: 3 },
  { key: 'too_long', length: 1001, max: 1000 },
];

function dataIn(language: Language, fields: Partial<ScreenData> = {}): ScreenData {
  return {
    language,
    state: { ...FIRST_STATE, welcomed: true, draft: DRAFT },
    balance: 5,
    prices: { 1: 1, 3: 3, 5: 5 },
    limits: {
      descriptionLengthMin: 3,
      descriptionLengthMax: 1000,
      wishesLengthMax: 500,
      promptLengthMax: 900,
      photoBytesMax: 20 * 1024 * 1024,
      photoSideMinPx: 300,
      photoRatioMax: 2.5,
    },
    supportUrl: 'https://t.me/support',
    firstName: 'Анна <3',
    email: 'anna@example.com',
    ...fields,
  };
}

const ALL: ConversationScreen[] = [
  { screen: 'welcome' },
  { screen: 'help' },
  { screen: 'paysupport' },
  { screen: 'terms' },
  { screen: 'insufficient', balance: 1, needed: 3 },
  { screen: 'too_many', max: 10 },
  { screen: 'not_accepting' },
  ...STEPS.map((screen) => ({ screen })),
  ...STEPS.map((screen) => ({ screen, hint: { key: screen } })),
  ...HINTS.map((hint) => ({ screen: 'photo' as const, hint })),
];

const callbacksOf = (message: ReturnType<typeof renderScreen>) =>
  (message.keyboard ?? []).flat().flatMap((button) => ('callback' in button ? [button.callback] : []));

describe.each(LANGUAGES)('screens in %s', (language) => {
  it.each(ALL.map((show) => [JSON.stringify(show), show] as const))(
    '%s is whole and has a way out',
    (_name, show) => {
      const message = renderScreen(show, dataIn(language));
      expect(message.text).not.toMatch(/\{\{|\}\}|undefined|null|NaN|hint\.|\$t/);
      expect(message.text.length).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
      const bare = message.text.replace(/<(b|i|blockquote)>([^<]*)<\/\1>/g, '$2');
      expect(bare).not.toMatch(/[<>]/);
      expect(message.keyboard?.flat().length).toBeGreaterThan(0);
      for (const data of callbacksOf(message)) expect(decodeCallback(data), data).not.toBeNull();
      const ways = callbacksOf(message).map((data) => decodeCallback(data)?.kind);
      expect(ways.some((kind) => kind === 'menu' || kind === 'create')).toBe(true);
    },
  );

  it('shows the longest entries within the limits of a message', () => {
    const long = '<&>'.repeat(300);
    const draft = { ...DRAFT, description: long, wishes: long, prompt: long };
    for (const screen of STEPS) {
      const message = renderScreen({ screen }, dataIn(language, { state: { ...FIRST_STATE, draft } }));
      // The limit counts characters after the entities are read.
      expect(message.text.replace(/&\w+;/g, '&').length).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
    }
  });

  it('shows price and balance, before and after, and what is missing', () => {
    const numbers = (balance: number) =>
      renderScreen({ screen: 'confirm' }, dataIn(language, { balance })).text.match(/\d+/g);
    expect(numbers(5)).toEqual(['3', '3', '5', '2']);
    expect(numbers(1)).toEqual(['3', '3', '1', '2']);
  });

  it('offers to go on only where an answer is there', () => {
    const kinds = (draft: Draft) =>
      callbacksOf(renderScreen({ screen: 'photo' }, dataIn(language, { state: { ...FIRST_STATE, draft } })));
    expect(kinds(DRAFT)).toContain('1:next:photo');
    expect(kinds({ ...DRAFT, photoPath: null })).not.toContain('1:next:photo');
  });

  it('says that nothing was charged and the draft is kept when no order is taken', () => {
    const { text } = renderScreen({ screen: 'not_accepting' }, dataIn(language));
    expect(text).toMatch(
      /Кредиты не списаны, черновик сохранён|No credits were taken and your draft is saved/,
    );
    expect(text).toMatch(/дело в нас.*через 10–15 минут|on our side.*in 10–15 minutes/s);
  });

  it('leads to the plans from the menu, and from an order that lacks credits', () => {
    const leads = (show: ConversationScreen, balance: number) =>
      callbacksOf(renderScreen(show, dataIn(language, { balance }))).includes('1:plans');
    expect(leads({ screen: 'menu' }, 5)).toBe(true);
    expect(leads({ screen: 'insufficient', balance: 1, needed: 3 }, 1)).toBe(true);
    expect([leads({ screen: 'confirm' }, 2), leads({ screen: 'confirm' }, 3)]).toEqual([true, false]);
  });

  it('names support for questions about payments only where there is one', () => {
    const screen = (supportUrl?: string) =>
      renderScreen({ screen: 'paysupport' }, dataIn(language, { supportUrl }));
    expect(screen('https://t.me/support').text).toMatch(/Напишите в поддержку|Write to support/);
    expect(screen().text).not.toMatch(/поддержк|support/i);
  });

  it('links to support only where there is one', () => {
    const urls = (supportUrl?: string) =>
      renderScreen({ screen: 'insufficient', balance: 0, needed: 1 }, dataIn(language, { supportUrl }))
        .keyboard?.flat()
        .filter((button) => 'url' in button).length;
    expect(urls('https://t.me/support')).toBe(1);
    expect(urls()).toBe(0);
  });

  it('has words for what is not part of the conversation', () => {
    expect(apologyScreen(language).keyboard).toHaveLength(1);
    expect(bannedScreen(language, undefined).keyboard).toEqual([]);
  });
});

describe('screens', () => {
  it('differ between the languages', () => {
    for (const show of ALL) {
      expect(renderScreen(show, dataIn('ru')).text).not.toBe(renderScreen(show, dataIn('en')).text);
    }
  });

  it('escape what the person wrote', () => {
    expect(renderScreen({ screen: 'confirm' }, dataIn('en')).text).toContain(
      '&lt;b&gt;Mug&lt;/b&gt; &amp; co',
    );
    expect(renderScreen({ screen: 'welcome' }, dataIn('en')).text).toContain('Hello, Анна &lt;3!');
  });

  it('offer the draft in the menu only where there is one worth it', () => {
    const resume = (draft: Draft | null) =>
      callbacksOf(
        renderScreen({ screen: 'menu' }, dataIn('en', { state: { ...FIRST_STATE, draft } })),
      ).includes('1:resume');
    expect([resume(DRAFT), resume(emptyDraft('x')), resume(null)]).toEqual([true, false, false]);
  });

  it('fall back to the menu when a draft is asked for that is not there', () => {
    const data = dataIn('en', { state: FIRST_STATE });
    expect(renderScreen({ screen: 'count' }, data)).toEqual(renderScreen({ screen: 'menu' }, data));
  });
});
