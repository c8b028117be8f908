import { translate, type Language, type OutgoingMessage } from '../telegram/index.js';
import { cancelRow, createButton, menuButton } from './buttons.js';
import { isNotBegun, isOver } from './progress.rules.js';
import type { ProgressLine } from './progress.types.js';

const BAR_CELLS = 10;
const SECONDS_IN_MINUTE = 60;

/** What the message of an order needs besides its lines; without it the message has fewer words and buttons. */
export interface ProgressOfOrder {
  /** Names the order on the button that gives up what nobody has begun. */
  orderId?: string;
  /** In credits; told at the end. */
  balance?: number;
}

/** How an order is getting on: a line per video, and a summary once all are over. */
export function progressScreen(
  language: Language,
  lines: readonly ProgressLine[],
  order: ProgressOfOrder = {},
): OutgoingMessage {
  return lines.every(isOver) ? endScreen(language, lines, order) : openScreen(language, lines, order);
}

function openScreen(
  language: Language,
  lines: readonly ProgressLine[],
  { orderId }: ProgressOfOrder,
): OutgoingMessage {
  const title = translate(language, 'progress.title', { count: lines.length });
  return {
    text: [title, listOf(language, lines), translate(language, 'progress.note')].join('\n\n'),
    keyboard: [
      ...(orderId ? cancelRow(language, orderId, lines.filter(isNotBegun).length) : []),
      [menuButton(language)],
    ],
  };
}

function endScreen(
  language: Language,
  lines: readonly ProgressLine[],
  { balance }: ProgressOfOrder,
): OutgoingMessage {
  const summary = [
    ...summaryOf(language, lines),
    ...(balance === undefined ? [] : [translate(language, 'balance', { count: balance })]),
  ];
  const text = lines.length === 1 ? summary : [...summary, '', listOf(language, lines)];
  const nothingCame = lines.every(({ stage }) => stage === 'cancelled');
  return {
    text: text.join('\n'),
    // A video and a failure come as messages with buttons of their own; what was given up leaves none.
    keyboard: [...(nothingCame ? [[createButton(language)]] : []), [menuButton(language)]],
  };
}

function summaryOf(language: Language, lines: readonly ProgressLine[]): string[] {
  const total = lines.length;
  const count = (stage: ProgressLine['stage']) => lines.filter((line) => line.stage === stage).length;
  const done = count('completed');
  if (done === total) return [translate(language, 'progress.done', { count: total })];
  if (done > 0) return [translate(language, 'progress.mixed', { done, total })];
  const ends = [
    ['progress.failed', count('failed')],
    ['progress.cancelled', count('cancelled')],
  ] as const;
  return ends.filter(([, n]) => n > 0).map(([key, n]) => translate(language, key, { count: n }));
}

function listOf(language: Language, lines: readonly ProgressLine[]): string {
  const texts = lines.map((line) => {
    const stage = progressLineText(language, line);
    return lines.length === 1 ? stage : `${line.position}. ${stage}`;
  });
  return texts.join('\n');
}

/** One video in one line, as HTML: the bar where it is in the making, the stage, and what is known of place and time. */
export function progressLineText(language: Language, line: ProgressLine): string {
  const state = progressStateText(language, line);
  if (line.percent === undefined || isOver(line)) return state;
  return translate(language, 'progress.bar', { bar: barOf(line.percent), percent: line.percent, state });
}

/** The same without the bar. */
export function progressStateText(language: Language, line: ProgressLine): string {
  const stage = stageText(language, line);
  if (line.overdue) return translate(language, 'progress.overdue', { stage });
  if (line.leftS === undefined) return stage;
  const time = timeText(language, line.leftS);
  return translate(language, isNotBegun(line) ? 'progress.starts' : 'progress.left', { stage, time });
}

function stageText(language: Language, { stage, place, beyond }: ProgressLine): string {
  const text = translate(language, `progress.stage.${stage}`);
  if (beyond !== undefined) return translate(language, 'progress.beyond', { stage: text, place: beyond });
  if (place === undefined) return text;
  if (stage === 'queued') return translate(language, 'progress.place', { stage: text, place });
  // While its script is written nobody asks who else waits, unless there are some.
  const isOfInterest = stage === 'prompt' && place > 1;
  return isOfInterest ? translate(language, 'progress.place_in_queue', { stage: text, place }) : text;
}

/** A time that is coarse already, as `~30 сек`, `~1,5 мин`. */
function timeText(language: Language, seconds: number): string {
  if (seconds < SECONDS_IN_MINUTE) return translate(language, 'progress.seconds', { seconds });
  const minutes = new Intl.NumberFormat(language).format(seconds / SECONDS_IN_MINUTE);
  return translate(language, 'progress.minutes', { minutes });
}

function barOf(percent: number): string {
  const full = Math.round((percent / 100) * BAR_CELLS);
  return '▰'.repeat(full) + '▱'.repeat(BAR_CELLS - full);
}
