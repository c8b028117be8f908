import type { VideosPage, VideoView } from '../../jobs/index.js';
import {
  againRows,
  cancelRow,
  isNotBegun,
  progressLineText,
  progressStateText,
} from '../../notifications/index.js';
import {
  encodeCallback,
  formatMoment,
  shorten,
  translate,
  translatePlain,
  type Button,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { menuButton, pageRow, resumeRow } from './buttons.js';
import type { ScreenData } from './screen-data.js';

/** How much of a product's description a line of the list repeats, and how much the video's own screen, in characters. */
const PRODUCT_LENGTH_MAX = 32;
const DESCRIPTION_LENGTH_MAX = 300;
/** Numbers side by side. */
const BUTTONS_PER_ROW_MAX = 5;

/** All videos that a person ever ordered, a line and a button for each. Who may begin a new one here may also go on with their draft. */
export function videosScreen(
  data: Pick<ScreenData, 'language' | 'state' | 'timeZone'>,
  page: VideosPage,
): OutgoingMessage {
  const { language, timeZone } = data;
  if (page.videos.length === 0) {
    const text = translate(language, 'videos.empty');
    return { text, keyboard: [...resumeRow(data), [createButton(language)], [menuButton(language)]] };
  }
  const lines = page.videos.map((video, index) =>
    translate(language, 'videos.line', {
      number: page.firstNumber + index,
      date: formatMoment(language, video.createdAt, timeZone),
      product: shorten(onOneLine(video.product), PRODUCT_LENGTH_MAX),
      state: stateOf(language, video),
    }),
  );
  const numbers = { page: page.page + 1, pages: page.pages };
  const parts = [
    translate(language, 'videos.title'),
    lines.join('\n'),
    translate(language, 'videos.open'),
    ...(page.pages > 1 ? [translate(language, 'videos.page', numbers)] : []),
  ];
  return {
    text: parts.join('\n\n'),
    keyboard: [
      ...inRows(page.videos.map((video, index) => videoButton(video, page.firstNumber + index))),
      ...pageRow(language, page, (to) => encodeCallback('videos', String(to))),
      ...resumeRow(data),
      [createButton(language), menuButton(language)],
    ],
  };
}

/** One video: what became of it, or how far it is. Short enough for the caption of the video itself. */
export function videoScreen(language: Language, video: VideoView, timeZone: string): OutgoingMessage {
  const { position, count, kind, template } = video;
  const about = translate(language, 'video.about', {
    product: shorten(video.product, DESCRIPTION_LENGTH_MAX),
    kind: translatePlain(language, `name.kind.${kind}`),
    template: translatePlain(language, `name.template.${template}`),
    date: formatMoment(language, video.createdAt, timeZone),
  });
  const number = { number: position, total: count };
  const parts = [
    ...(count > 1 ? [translate(language, 'video.number', number)] : []),
    about,
    ...sentences(language, video, timeZone),
  ];
  const back: Button = {
    text: translatePlain(language, 'videos.list'),
    callback: encodeCallback('videos', '0'),
  };
  return {
    text: parts.join('\n\n'),
    keyboard: [
      ...againRows(language, video.jobId),
      ...cancelRows(language, video),
      [back, menuButton(language)],
    ],
  };
}

/** What the list says of a video, in a few words. */
function stateOf(language: Language, video: VideoView): string {
  if (video.presented) return translate(language, 'videos.state.presented');
  if (video.parked) return translate(language, 'videos.state.parked');
  if (isLost(video)) return translate(language, 'videos.state.gone');
  return progressStateText(language, video.line);
}

/** What the video's own screen says of it. */
function sentences(language: Language, video: VideoView, timeZone: string): string[] {
  const { line, failureReason } = video;
  const date = formatMoment(language, video.finishedAt ?? video.createdAt, timeZone);
  if (video.presented) return [translate(language, 'video.presented')];
  if (video.parked) return [translate(language, 'video.parked')];
  if (isLost(video)) return [translate(language, 'video.gone', { date })];
  switch (line.stage) {
    case 'completed':
      return [translate(language, video.fileId ? 'video.ready' : 'video.in_chat', { date })];
    case 'failed':
    case 'cancelled':
      return [
        translate(language, `notice.failed.${failureReason ?? 'unknown'}`),
        translate(language, 'notice.refunded', { count: video.creditsBack }),
      ];
    case 'queued':
    case 'prompt':
      return [progressLineText(language, line), translate(language, 'video.not_begun')];
    case 'create':
    case 'generate':
      return [
        progressLineText(language, line),
        translate(language, line.overdue ? 'video.overdue' : 'video.filming'),
      ];
    case 'deliver':
      return [progressLineText(language, line), translate(language, 'video.sending')];
  }
}

/** It was finished, and never reached its person: nobody keeps it any more. */
function isLost({ line, sent, parked }: VideoView): boolean {
  return line.stage === 'completed' && !sent && !parked;
}

/** What is given up is the order, as far as nobody has begun it. */
function cancelRows(language: Language, { orderId, count, line }: VideoView): Button[][] {
  if (!isNotBegun(line)) return [];
  if (count === 1) return cancelRow(language, orderId, 1);
  return [
    [{ text: translatePlain(language, 'video.cancel_order'), callback: encodeCallback('cancel', orderId) }],
  ];
}

function videoButton({ jobId }: VideoView, number: number): Button {
  return { text: `▶️ ${number}`, callback: encodeCallback('video', jobId) };
}

function inRows(buttons: readonly Button[]): Button[][] {
  const rows = Math.ceil(buttons.length / BUTTONS_PER_ROW_MAX);
  return Array.from({ length: rows }, (_, row) =>
    buttons.slice(row * BUTTONS_PER_ROW_MAX, (row + 1) * BUTTONS_PER_ROW_MAX),
  );
}

function createButton(language: Language): Button {
  return { text: translatePlain(language, 'button.create'), callback: encodeCallback('create') };
}

/** What a person wrote, as part of a line of ours. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
