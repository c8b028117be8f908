import { describe, expect, it } from 'vitest';
import { CAPTION_LENGTH_MAX, decodeCallback, TEXT_LENGTH_MAX, translate } from '../telegram/index.js';
import type { OutgoingMessage } from '../telegram/index.js';
import type { NoticePayload } from './notice.types.js';
import { HELD_NOTICE_KINDS } from './operator-notices.schemas.js';
import { noticeScreen, resultScreen } from './screens.js';

type FailureNotice = Extract<NoticePayload, { kind: 'job_failed' }>;

const LANGUAGES = ['ru', 'en'] as const;
const JOB_ID = '5a1f5a2e-1111-4222-8333-944444444444';
const REASONS = [
  'moderation_photo',
  'moderation_text',
  'billing',
  'rate_limit',
  'temporary',
  'unknown',
  'generation_timeout',
  'stuck',
  'queue_expired',
  'send_failed',
  'photo_lost',
  'by_operator',
  'moved',
] as const satisfies FailureNotice['reason'][];

/** A word of what the person can do now. */
const WHAT_TO_DO = {
  ru: /Снимите|Начните|Перепишите|Попробуйте|Запустите|нажмите|можно снять/,
  en: /Photograph|Start a new video|Put the description|Try again|Start (?:it|the order) again|press|can be filmed/,
};
const MONEY = {
  ru: 'За это видео мы вернули <b>1 кредит</b>. На балансе <b>2 кредита</b>.',
  en: 'We have given back <b>1 credit</b> for this video. Your balance: <b>2 credits</b>.',
};

function buttonsOf({ keyboard = [] }: OutgoingMessage) {
  return keyboard.flat().map((button) => ('callback' in button ? decodeCallback(button.callback) : null));
}

const noticeOf = (changes: Partial<FailureNotice> = {}): FailureNotice => ({
  kind: 'job_failed',
  jobId: JOB_ID,
  reason: 'temporary',
  credits: 1,
  balance: 2,
  position: 1,
  count: 1,
  ...changes,
});

describe.each(LANGUAGES)('noticeScreen (%s)', (language) => {
  it.each(REASONS)('says what happened (%s), what to do, and what came back', (reason) => {
    const screen = noticeScreen(language, noticeOf({ reason, credits: 1, balance: 2 }));
    const [happened, todo, money, ...more] = screen.text.split('\n\n');
    expect(happened).toMatch(/^\S+ <b>[^<]+[.]<\/b>/);
    expect(todo).toMatch(WHAT_TO_DO[language]);
    expect([money, more]).toEqual([MONEY[language], []]);
    expect(buttonsOf(screen)).toEqual([
      { kind: 'another', args: [JOB_ID] },
      { kind: 'menu', args: [] },
    ]);
  });

  it.each(REASONS)('leads to support after %s only where there is one and it can help', (reason) => {
    const asks = ['unknown', 'send_failed', 'by_operator'].includes(reason);
    const { text, keyboard } = noticeScreen(language, noticeOf({ reason }), 'https://t.me/support');
    expect(text.includes(translate(language, 'notice.support'))).toBe(asks);
    expect(JSON.stringify(keyboard).includes('https://t.me/support')).toBe(asks);
    expect(noticeScreen(language, noticeOf({ reason })).text).not.toMatch(/поддержк|support/i);
  });

  it('has a text of its own for each reason', () => {
    const texts = REASONS.map((reason) => noticeScreen(language, noticeOf({ reason })).text);
    expect(new Set(texts).size).toBe(REASONS.length);
    for (const text of texts) expect(text.length).toBeLessThan(TEXT_LENGTH_MAX);
  });

  it('names the video where the order has several', () => {
    const named = translate(language, 'notice.video_number', { number: 2, total: 3 });
    expect(noticeScreen(language, noticeOf({ position: 2, count: 3 })).text).toContain(named);
    expect(noticeScreen(language, noticeOf()).text).not.toContain(
      translate(language, 'notice.video_number', { number: 1, total: 1 }),
    );
  });
});

it.each([
  ['ru', 1, 'мы вернули <b>1 кредит</b>. На балансе <b>21 кредит</b>.'],
  ['ru', 3, 'мы вернули <b>3 кредита</b>. На балансе <b>23 кредита</b>.'],
  ['ru', 5, 'мы вернули <b>5 кредитов</b>. На балансе <b>25 кредитов</b>.'],
  ['en', 1, 'given back <b>1 credit</b> for this video. Your balance: <b>21 credits</b>.'],
  ['en', 3, 'given back <b>3 credits</b> for this video. Your balance: <b>23 credits</b>.'],
] as const)('counts the credits that came back as they were charged (%s, %d)', (language, credits, words) => {
  expect(noticeScreen(language, noticeOf({ credits, balance: 20 + credits })).text).toContain(words);
});

it.each(LANGUAGES)("tells an operator in KIE's own words why no key is left (%s)", (language) => {
  const screen = noticeScreen(language, { kind: 'kie_keys_spent', text: 'Credits insufficient <now>' });
  expect(screen.text).toContain('Credits insufficient &lt;now&gt;');
  expect(screen.text).toContain('KIE_API_KEY');
  expect(buttonsOf(screen)).toEqual([{ kind: 'menu', args: [] }]);
});

it.each(LANGUAGES)('tells an operator who takes our updates, and what to do (%s)', (language) => {
  const text = (host: string | null) => noticeScreen(language, { kind: 'webhook_taken', host }).text;
  expect(text('evil.example:8443')).toMatch(/evil\.example:8443.*BOT_TOKEN/s);
  expect(text('<b>')).toContain('&lt;b&gt;');
  expect(text(null)).not.toMatch(/null|evil|\{\{/);
  const poller = noticeScreen(language, { kind: 'second_poller' });
  expect(poller.text).toMatch(/BotFather.*BOT_TOKEN/s);
  expect(buttonsOf(poller)).toEqual([{ kind: 'menu', args: [] }]);
  for (const whole of [poller.text, text('a.example'), text(null)]) {
    expect(whole.split('\n\n').length).toBeGreaterThan(1);
    expect(whole.replace(/<b>([^<]*)<\/b>/g, '$1')).not.toMatch(/[<>]/);
  }
});

describe.each(LANGUAGES)('resultScreen (%s)', (language) => {
  const video = { jobId: JOB_ID, position: 1, count: 1 };

  it.each([
    ['ordered', 'result.caption'],
    ['present', 'result.present'],
    ['parked', 'result.parked'],
  ] as const)('has a caption for a video that is %s', (occasion, key) => {
    const screen = resultScreen(language, video, occasion);
    expect(screen.text).toBe(translate(language, key));
    expect(screen.text.length).toBeLessThan(CAPTION_LENGTH_MAX);
    expect(buttonsOf(screen)).toEqual([
      { kind: 'another', args: [JOB_ID] },
      { kind: 'variant', args: [JOB_ID] },
      { kind: 'menu', args: [] },
    ]);
  });

  it('says that a late video is free, and that a parked one waited for them', () => {
    const text = (occasion: 'present' | 'parked') => resultScreen(language, video, occasion).text;
    expect(text('present')).toMatch(
      /уже вернули, так что оно ваше бесплатно|already been returned.*for free/,
    );
    expect(text('parked')).toMatch(/С возвращением|Welcome back/);
    expect(text('parked')).not.toMatch(/бесплатно|free/);
  });

  it('numbers the videos of an order', () => {
    const { text } = resultScreen(language, { ...video, position: 2, count: 3 }, 'ordered');
    expect(text).toBe(translate(language, 'result.caption_numbered', { number: 2, total: 3 }));
  });
});

it.each(LANGUAGES)('what is held back has a name in %s, whatever it is', (language) => {
  const counts = Object.fromEntries(HELD_NOTICE_KINDS.map((kind) => [kind, 1]));
  const { text } = noticeScreen(language, { kind: 'alerts_held', counts });
  expect(text.match(/• /g)).toHaveLength(HELD_NOTICE_KINDS.length);
  expect(text).not.toContain('name.alert');
  expect(HELD_NOTICE_KINDS).not.toContain('broadcast_over');
});

describe.each(LANGUAGES)('the alert of a refusing language model in %s', (language) => {
  const alert = (source: 'openai' | 'openai_fallback') =>
    noticeScreen(language, { kind: 'prompts_refused', source, text: 'status 404 model_not_found' }).text;

  it('says what to check, and who writes instead: nobody comes after the last one', () => {
    expect(alert('openai')).toMatch(/(?:запасной провайдер|second provider).*\(OPENAI_MODEL\)/);
    expect(alert('openai_fallback')).toMatch(/(?:шаблон|template).*\(OPENAI_FALLBACK_\*\)/);
    expect(alert('openai_fallback')).not.toMatch(/[Зз]апасной провайдер, если|second provider writes/);
  });
});
