import { describe, expect, it } from 'vitest';
import { dataIn, draftIn, videoIn } from '../../../../test/bot/example-data.js';
import { htmlToPlain, LANGUAGES, TEXT_LENGTH_MAX } from '../../telegram/index.js';
import { FIRST_STATE, type Draft, type Step } from '../conversation.schemas.js';
import { emptyDraft } from '../draft.rules.js';
import { apologyScreen, bannedScreen, renderScreen, type ConversationScreen } from './index.js';

const DRAFT = draftIn('en');
const PLAIN = { ...FIRST_STATE, draft: { ...DRAFT, description: 'A mug' } };
const STEPS: Step[] = [
  ...(['menu', 'email', 'kind', 'photo', 'photo_advice', 'description', 'template'] as const),
  ...(['wishes', 'prompt', 'prompt_check', 'model', 'count', 'confirm'] as const),
];

const callbacksOf = (message: ReturnType<typeof renderScreen>) =>
  (message.keyboard ?? []).flat().flatMap((button) => ('callback' in button ? [button.callback] : []));

describe.each(LANGUAGES)('screens in %s', (language) => {
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
      renderScreen({ screen: 'confirm' }, dataIn(language, { balance, state: PLAIN })).text.match(/\d+/g);
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
  it('escape what the person wrote', () => {
    expect(renderScreen({ screen: 'confirm' }, dataIn('en')).text).toContain('&lt;450 ml&gt; &amp; lid');
    const data = dataIn('en', { firstName: 'Анна <3' });
    expect(renderScreen({ screen: 'consent' }, data).text).toContain('Hello, Анна &lt;3!');
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

it.each([
  [1001, 'Получился 1001 символ,'],
  [1203, 'Получилось 1203 символа,'],
  [1205, 'Получилось 1205 символов,'],
])('counts %d characters in Russian', (length, counted) => {
  const hint = { key: 'too_long', length, max: 1000 } as const;
  expect(renderScreen({ screen: 'description', hint }, dataIn('ru')).text).toContain(counted);
});

it.each([
  [1, 'не дольше 1 дня после', 'at most 1 day after'],
  [22, 'не дольше 22 дней после', 'at most 22 days after'],
  [30, 'не дольше 30 дней после', 'at most 30 days after'],
])('says that a photo which is gone was kept for %d days', (photoKeptDays, ru, en) => {
  const textIn = (language: 'ru' | 'en') => {
    const data = dataIn(language);
    const limits = { ...data.limits, photoKeptDays };
    return renderScreen({ screen: 'photo', hint: { key: 'photo_gone' } }, { ...data, limits }).text;
  };
  expect([textIn('ru'), textIn('en')]).toEqual([expect.stringContaining(ru), expect.stringContaining(en)]);
});

it('gives a flagged text back to be copied, whatever stands in it and however long it is', () => {
  const shown = (text: string) =>
    renderScreen({ screen: 'prompt', hint: { key: 'text_flagged', text } }, dataIn('en')).text;
  expect(shown('A <b>mug</b> & more')).toContain('<code>A &lt;b&gt;mug&lt;/b&gt; &amp; more</code>');
  expect(htmlToPlain(shown('я'.repeat(4_000))).length).toBeLessThanOrEqual(TEXT_LENGTH_MAX);
  expect(shown('я'.repeat(4_000))).toContain('…</code>');
});

it('keeps a product of several lines on one line of the cabinet', () => {
  const inFlight = [videoIn('en', { product: 'Travel mug\n\n450 ml' })];
  expect(renderScreen({ screen: 'cabinet', inFlight }, dataIn('en')).text).toContain('Travel mug 450 ml');
});
