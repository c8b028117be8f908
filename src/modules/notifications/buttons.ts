import { encodeCallback, translatePlain, type Button, type Language } from '../telegram/index.js';

/** The way out that every message has. */
export function menuButton(language: Language): Button {
  return { text: translatePlain(language, 'button.menu'), callback: encodeCallback('menu') };
}

/** To a new video, from its photo on. */
export function createButton(language: Language): Button {
  return { text: translatePlain(language, 'button.create'), callback: encodeCallback('create') };
}

/** To everything that can be bought. */
export function plansButton(language: Language): Button {
  return { text: translatePlain(language, 'button.plans'), callback: encodeCallback('plans') };
}

/** The support chat, where one is configured. */
export function supportRow(language: Language, supportUrl: string | undefined): Button[][] {
  return supportUrl ? [[{ text: translatePlain(language, 'button.support'), url: supportUrl }]] : [];
}

/** Gives up the order's videos that nobody has begun, where there are such. */
export function cancelRow(language: Language, orderId: string, notBegun: number): Button[][] {
  if (notBegun === 0) return [];
  const text = translatePlain(language, 'progress.cancel', { count: notBegun });
  return [[{ text, callback: encodeCallback('cancel', orderId) }]];
}

/** What can be made of a video's order: more of the same product, or the same once more. */
export function againRows(language: Language, jobId: string): Button[][] {
  return [
    [{ text: translatePlain(language, 'button.another'), callback: encodeCallback('another', jobId) }],
    [{ text: translatePlain(language, 'video.variant'), callback: encodeCallback('variant', jobId) }],
  ];
}
