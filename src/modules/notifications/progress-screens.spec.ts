import { describe, expect, it } from 'vitest';
import { decodeCallback, htmlToPlain, translate, type OutgoingMessage } from '../telegram/index.js';
import { progressLineText, progressScreen, progressStateText } from './progress-screens.js';
import { progressLineSchema, type ProgressLine } from './progress.types.js';

const LANGUAGES = ['ru', 'en'] as const;
const ORDER_ID = '5a1f5a2e-1111-4222-8333-944444444444';
const BUTTON_LENGTH_MAX = 40;
const STAGES = progressLineSchema.shape.stage.options;
const ENDS = ['completed', 'failed', 'cancelled'] as const;

const linesOf = (...stages: ProgressLine['stage'][]): ProgressLine[] =>
  stages.map((stage, index) => ({ position: index + 1, stage }));

const buttonsOf = ({ keyboard = [] }: OutgoingMessage) =>
  keyboard.flat().map((button) => ('callback' in button ? decodeCallback(button.callback)?.kind : null));

it.each<['ru' | 'en', Omit<ProgressLine, 'position'>, string]>([
  ['ru', { stage: 'generate', percent: 30, leftS: 120 }, '▰▰▰▱▱▱▱▱▱▱ 30 % · 🎬 Снимаю · осталось ~2 мин'],
  ['ru', { stage: 'generate', percent: 60, leftS: 90 }, '▰▰▰▰▰▰▱▱▱▱ 60 % · 🎬 Снимаю · осталось ~1,5 мин'],
  [
    'ru',
    { stage: 'create', percent: 10, leftS: 30 },
    '▰▱▱▱▱▱▱▱▱▱ 10 % · 📤 Готовлю съёмку · осталось ~30 сек',
  ],
  ['ru', { stage: 'generate', percent: 90, overdue: true }, '▰▰▰▰▰▰▰▰▰▱ 90 % · 🎬 Снимаю · дольше обычного'],
  ['ru', { stage: 'generate', percent: 10 }, '▰▱▱▱▱▱▱▱▱▱ 10 % · 🎬 Снимаю'],
  ['ru', { stage: 'deliver', percent: 90 }, '▰▰▰▰▰▰▰▰▰▱ 90 % · 📦 Отправляю вам'],
  ['ru', { stage: 'queued', place: 4, leftS: 180 }, '⏳ В очереди, 4-е место · съёмка через ~3 мин'],
  ['ru', { stage: 'queued', place: 4, overdue: true }, '⏳ В очереди, 4-е место · дольше обычного'],
  ['ru', { stage: 'queued' }, '⏳ В очереди'],
  ['ru', { stage: 'queued', beyond: 1000 }, '⏳ В очереди, дальше 1000-го места'],
  ['ru', { stage: 'prompt', place: 1, leftS: 60 }, '✍️ Пишу сценарий · съёмка через ~1 мин'],
  ['ru', { stage: 'prompt', place: 40 }, '✍️ Пишу сценарий, 40-е место в очереди'],
  ['ru', { stage: 'completed', percent: 100 }, '✅ Готово'],
  ['ru', { stage: 'cancelled' }, '🗑 Отменено, кредит вернулся'],
  ['en', { stage: 'generate', percent: 60, leftS: 90 }, '▰▰▰▰▰▰▱▱▱▱ 60% · 🎬 Filming · ~1.5 min left'],
  ['en', { stage: 'queued', place: 4, leftS: 30 }, '⏳ In the queue, place 4 · filming starts in ~30 s'],
])('a line in %s: %j', (language, line, text) => {
  expect(progressLineText(language, { position: 1, ...line })).toBe(text);
  expect(text.endsWith(progressStateText(language, { position: 1, ...line }))).toBe(true);
});

describe.each(LANGUAGES)('progressScreen (%s)', (language) => {
  it.each(STAGES)('shows the stage %s of one video, and the way out', (stage) => {
    const screen = progressScreen(language, linesOf(stage), { orderId: ORDER_ID });
    const end = stage === 'completed' ? 'done' : stage;
    expect(screen.text).toContain(
      end === 'done' || end === 'failed' || end === 'cancelled'
        ? translate(language, `progress.${end}`, { count: 1 })
        : translate(language, `progress.stage.${end}`),
    );
    expect(buttonsOf(screen).at(-1)).toBe('menu');
  });

  it('has a line for each of several videos, and says that nobody needs to wait', () => {
    const { text } = progressScreen(language, linesOf('completed', 'generate', 'failed'));
    expect(text.split('\n').filter((line) => /^\d\. /.test(line))).toHaveLength(3);
    expect(text).toContain(translate(language, 'progress.note'));
  });

  it.each([
    [linesOf('prompt'), 1],
    [linesOf('queued', 'generate', 'prompt'), 2],
    [linesOf('queued', 'queued', 'queued', 'queued', 'queued'), 5],
    [linesOf('create', 'generate', 'deliver', 'completed'), 0],
    [linesOf('completed', 'cancelled'), 0],
  ])('offers to give up what nobody has begun, and only that', (lines, notBegun) => {
    const screen = progressScreen(language, lines, { orderId: ORDER_ID });
    const [cancel] = screen.keyboard?.flat() ?? [];
    expect(buttonsOf(screen)).toEqual([...(notBegun > 0 ? ['cancel'] : []), 'menu']);
    if (notBegun > 1) expect(cancel?.text).toContain(String(notBegun));
    expect(cancel?.text.length).toBeLessThanOrEqual(BUTTON_LENGTH_MAX);
    expect(buttonsOf(progressScreen(language, lines))).toEqual(['menu']);
  });

  it.each([
    [linesOf('completed', 'completed'), [['progress.done', { count: 2 }]]],
    [linesOf('failed', 'failed'), [['progress.failed', { count: 2 }]]],
    [linesOf('completed', 'failed', 'cancelled'), [['progress.mixed', { done: 1, total: 3 }]]],
    [linesOf('cancelled', 'cancelled'), [['progress.cancelled', { count: 2 }]]],
    [
      linesOf('failed', 'cancelled', 'cancelled'),
      [
        ['progress.failed', { count: 1 }],
        ['progress.cancelled', { count: 2 }],
      ],
    ],
  ] as const)('sums up a finished order, with what came of each and the balance', (lines, sentences) => {
    const { text } = progressScreen(language, lines, { orderId: ORDER_ID, balance: 7 });
    const said = sentences.map(([key, params]) => translate(language, key, params));
    const [summary, list] = text.split('\n\n');
    expect(summary?.split('\n')).toEqual([...said, translate(language, 'balance', { count: 7 })]);
    expect(list?.split('\n')).toEqual(
      lines.map(({ position, stage }) => `${position}. ${translate(language, `progress.stage.${stage}`)}`),
    );
  });

  it('leads out of a finished order, and to a new video where nothing else does', () => {
    for (const end of ENDS) {
      const buttons = buttonsOf(progressScreen(language, linesOf(end), { orderId: ORDER_ID }));
      expect(buttons).toEqual(end === 'cancelled' ? ['create', 'menu'] : ['menu']);
    }
  });

  it('reads lines that were stored before bars and times were known', () => {
    const old = [
      { position: 1, stage: 'generate' },
      { position: 2, stage: 'queued' },
    ] as const;
    const { text } = progressScreen(
      language,
      old.map((line) => progressLineSchema.parse(line)),
    );
    expect(htmlToPlain(text)).not.toMatch(/undefined|NaN|\{\{/);
  });
});
