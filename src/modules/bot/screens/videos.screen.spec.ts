import { describe, expect, it } from 'vitest';
import type { VideosPage, VideoView } from '../../jobs/index.js';
import {
  CAPTION_LENGTH_MAX,
  decodeCallback,
  TEXT_LENGTH_MAX,
  translate,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { FIRST_STATE } from '../conversation.schemas.js';
import { videoScreen, videosScreen } from './videos.screen.js';

const LANGUAGES = ['ru', 'en'] as const;
const MOSCOW = 'Europe/Moscow';
const JOB_ID = '5a1f5a2e-1111-4222-8333-944444444444';
const ORDER_ID = '6b2f5a2e-1111-4222-8333-944444444444';
const BUTTON_LENGTH_MAX = 40;

const videoOf = (changes: Partial<VideoView> = {}): VideoView => ({
  jobId: JOB_ID,
  orderId: ORDER_ID,
  position: 1,
  count: 1,
  kind: 'neurocard',
  template: 'ugc',
  product: 'Термокружка 450 мл',
  createdAt: new Date('2026-11-21T11:05:00Z'),
  finishedAt: new Date('2026-11-21T11:09:00Z'),
  line: { position: 1, stage: 'completed', percent: 100 },
  failureReason: null,
  creditsBack: 0,
  fileId: 'BAAC',
  sent: true,
  parked: false,
  presented: false,
  ...changes,
});
const inFlight = (line: Partial<VideoView['line']>, changes: Partial<VideoView> = {}) =>
  videoOf({
    line: { position: 1, stage: 'queued', ...line },
    ...{ finishedAt: null, fileId: null, sent: false },
    ...changes,
  });
const failed = (changes: Partial<VideoView> = {}) =>
  videoOf({
    line: { position: 1, stage: 'failed' },
    ...{ failureReason: 'temporary', creditsBack: 1, fileId: null, sent: false },
    ...changes,
  });

const pageOf = (videos: VideoView[], changes: Partial<VideosPage> = {}): VideosPage => ({
  videos,
  page: 0,
  pages: 1,
  firstNumber: 1,
  ...changes,
});

const dataOf = (language: Language) => ({ language, timeZone: MOSCOW, state: FIRST_STATE });
const buttonsOf = ({ keyboard = [] }: OutgoingMessage) =>
  keyboard.map((row) =>
    row.map((button) => {
      expect(button.text.length).toBeLessThanOrEqual(BUTTON_LENGTH_MAX);
      const { kind, args } = decodeCallback('callback' in button ? button.callback : '') ?? {};
      return [kind, ...(args ?? [])].join(' ');
    }),
  );

/** Every way in which a video can stand, what the list says of it in Russian, and what its own screen does. */
const STANDS: [string, VideoView, string, RegExp][] = [
  [
    'in the queue',
    inFlight({ place: 3, leftS: 120 }),
    '⏳ В очереди, 3-е место · съёмка через ~2 мин',
    /3-е место.*\n\nСъёмка ещё не началась.*кредит вернётся сразу/s,
  ],
  ['being written', inFlight({ stage: 'prompt' }), '✍️ Пишу сценарий', /Пишу сценарий/],
  [
    'being filmed',
    inFlight({ stage: 'generate', percent: 30, leftS: 120 }),
    '🎬 Снимаю · осталось ~2 мин',
    /▰▰▰▱▱▱▱▱▱▱ 30 % · 🎬 Снимаю · осталось ~2 мин\n\n.*пришлю его сюда/s,
  ],
  [
    'late',
    inFlight({ stage: 'generate', percent: 90, overdue: true }),
    '🎬 Снимаю · дольше обычного',
    /дольше обычного.*кредит вернётся сам/s,
  ],
  ['being sent', inFlight({ stage: 'deliver', percent: 90 }), '📦 Отправляю вам', /отправляю его сюда/],
  ['ready', videoOf(), '✅ Готово', /✅ Видео готово: 21 ноя, 14:09\.$/],
  ['ready, without a file', videoOf({ fileId: null }), '✅ Готово', /Ищите его выше/],
  ['failed', failed(), '❌ Не получилось, кредит вернулся', /сбоит.*вернули <b>1 кредит<\/b>\.$/s],
  [
    'cancelled',
    failed({ line: { position: 1, stage: 'cancelled' }, failureReason: 'cancelled', creditsBack: 2 }),
    '🗑 Отменено, кредит вернулся',
    /отменено, как вы просили.*вернули <b>2 кредита<\/b>\.$/s,
  ],
  ['parked', videoOf({ parked: true, sent: false, fileId: null }), '📦 Ждёт вас', /ждёт вас/],
  ['lost', videoOf({ sent: false, fileId: null }), '⌛ Больше не хранится', /больше не хранит/],
  [
    'a present',
    failed({ presented: true, sent: true, fileId: 'BAAC', failureReason: 'stuck' }),
    '🎁 Подарок',
    /пришло позже срока.*бесплатно/s,
  ],
];

describe('where is my video', () => {
  it.each(STANDS)('%s: in the list', (_what, video, state) => {
    const [line] = videosScreen(dataOf('ru'), pageOf([video]))
      .text.split('\n\n')
      .slice(1);
    expect(line).toBe(`1. 21 ноя, 14:05 · Термокружка 450 мл · ${state}`);
  });

  it.each(STANDS)('%s: on its own', (_what, video, _state, text) => {
    expect(videoScreen('ru', video, MOSCOW).text).toMatch(text);
    for (const language of LANGUAGES) {
      const shown = videoScreen(language, video, MOSCOW).text;
      expect(shown).not.toMatch(/\{\{|undefined/);
      expect(shown.length).toBeLessThanOrEqual(CAPTION_LENGTH_MAX);
    }
  });

  it.each(STANDS)('%s: repeat it, or go on', (_what, video) => {
    const isQueued = ['queued', 'prompt'].includes(video.line.stage);
    for (const language of LANGUAGES) {
      expect(buttonsOf(videoScreen(language, video, MOSCOW))).toEqual([
        [`another ${JOB_ID}`],
        [`variant ${JOB_ID}`],
        ...(isQueued ? [[`cancel ${ORDER_ID}`]] : []),
        ['videos 0', 'menu'],
      ]);
    }
  });
});

describe.each(LANGUAGES)('videosScreen (%s)', (language) => {
  it('invites whoever has no video yet', () => {
    const screen = videosScreen(dataOf(language), pageOf([]));
    expect(screen.text).toBe(translate(language, 'videos.empty'));
    expect(buttonsOf(screen)).toEqual([['create'], ['menu']]);
  });

  it.each([
    [0, 3, ['videos 1']],
    [1, 3, ['videos 0', 'videos 2']],
    [2, 3, ['videos 1']],
  ])('leads from page %i of %i to its neighbours', (page, pages, paging) => {
    const screen = videosScreen(dataOf(language), pageOf([videoOf()], { page, pages, firstNumber: 9 }));
    expect(buttonsOf(screen)).toEqual([[`video ${JOB_ID}`], paging, ['create', 'menu']]);
    expect(screen.text).toContain(translate(language, 'videos.page', { page: page + 1, pages }));
    expect(screen.text).toMatch(/^9\. /m);
  });

  it('has a numbered line and a numbered button for each video', () => {
    const videos = Array.from({ length: 7 }, () => videoOf());
    const screen = videosScreen(dataOf(language), pageOf(videos, { firstNumber: 8 }));
    expect(screen.text.match(/^\d+\. /gm)).toEqual([8, 9, 10, 11, 12, 13, 14].map((number) => `${number}. `));
    const labels = screen.keyboard?.slice(0, 2).map((row) => row.map(({ text }) => text.replace(/\D+/, '')));
    expect(labels).toEqual([
      ['8', '9', '10', '11', '12'],
      ['13', '14'],
    ]);
    expect(screen.text).not.toContain(translate(language, 'videos.page', { page: 1, pages: 1 }));
  });

  it('takes any description that a person may write, on one line and short', () => {
    const product = `<b>5 & 7</b>\n\n{{state}} ${'x'.repeat(20_000)}`;
    const videos = Array.from({ length: 10 }, () => videoOf({ product }));
    const { text } = videosScreen(dataOf(language), pageOf(videos));
    expect(text.length).toBeLessThan(TEXT_LENGTH_MAX);
    expect(text.match(/^\d+\. .* · &lt;b&gt;5 &amp; 7&lt;\/b&gt; \{\{state\}\} x+… · /gm)).toHaveLength(10);
  });
});

describe.each(LANGUAGES)('videoScreen (%s)', (language) => {
  it('names the video where its order has several, and cancels what is left of it', () => {
    const screen = videoScreen(language, inFlight({}, { position: 2, count: 3 }), MOSCOW);
    expect(screen.text).toContain(translate(language, 'video.number', { number: 2, total: 3 }));
    expect(JSON.stringify(screen.keyboard)).toContain(translate(language, 'video.cancel_order'));
  });

  it('fits under the video, whatever the person wrote about the product', () => {
    const long = videoOf({ product: '<&>"'.repeat(5_000), count: 5, template: 'self' });
    const { text } = videoScreen(language, long, MOSCOW);
    // Telegram counts what is read, after the entities.
    expect(text.replaceAll(/&\w+;/g, 'x').length).toBeLessThanOrEqual(CAPTION_LENGTH_MAX);
  });
});
