import {
  encodeCallback,
  shorten,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import { VIDEO_COUNTS, type DraftStep } from '../conversation.schemas.js';
import { openAdvice } from '../draft.rules.js';
import { choice, menuButton, stepRows } from './buttons.js';
import { confirmScreen } from './confirm.screen.js';
import type { DraftScreenData } from './screen-data.js';

/** How much of a text of the person a screen repeats, in characters. */
const KEPT_LENGTH_MAX = 700;
const BYTES_PER_MB = 1024 * 1024;

/** A step of the draft. */
export function stepScreen(step: DraftStep, data: DraftScreenData): OutgoingMessage {
  switch (step) {
    case 'kind':
      return kindScreen(data);
    case 'photo':
      return photoScreen(data);
    case 'photo_advice':
      return photoAdviceScreen(data);
    case 'description':
      return descriptionScreen(data);
    case 'template':
      return templateScreen(data);
    case 'wishes':
      return wishesScreen(data);
    case 'prompt':
      return promptScreen(data);
    case 'prompt_check':
      return promptCheckScreen(data);
    case 'model':
      return modelScreen(data);
    case 'count':
      return countScreen(data);
    case 'confirm':
      return confirmScreen(data);
  }
}

function kindScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft } = data;
  const rows = (['neurocard', 'reels'] as const).map((kind): Button[] => [
    choice(
      language,
      translatePlain(language, `button.kind.${kind}`),
      draft.kind === kind,
      encodeCallback('kind', kind),
    ),
  ]);
  return { text: translate(language, 'kind.ask'), keyboard: [...rows, ...stepRows(data, 'kind')] };
}

function photoScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, limits } = data;
  const sizeMaxMb = Math.floor(limits.photoBytesMax / BYTES_PER_MB);
  const ask = translate(language, 'photo.ask', { sideMinPx: limits.photoSideMinPx, sizeMaxMb });
  const kept = draft.photoPath === null ? [] : [translate(language, 'photo.kept')];
  return { text: [ask, ...kept].join('\n\n'), keyboard: stepRows(data, 'photo') };
}

/** What could be better about the photo. It is the person's to decide: nothing here keeps a video from being made. */
function photoAdviceScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft } = data;
  const advice = openAdvice(draft).map((one) => translate(language, `photo_advice.${one}`));
  const use = { text: translatePlain(language, 'button.use_photo'), callback: encodeCallback('use_photo') };
  return {
    text: [
      translate(language, 'photo_advice.title'),
      ...advice,
      translate(language, 'photo_advice.ask'),
    ].join('\n\n'),
    keyboard: [[use], ...stepRows(data, 'photo_advice')],
  };
}

function descriptionScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, limits } = data;
  const ask = translate(language, 'description.ask', {
    min: limits.descriptionLengthMin,
    max: limits.descriptionLengthMax,
  });
  const text = withKept(ask, draft.description, (kept) => translate(language, 'description.kept', kept));
  return { text, keyboard: stepRows(data, 'description') };
}

function templateScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft } = data;
  const rows = (['ugc', 'ad', 'self'] as const).map((template): Button[] => [
    choice(
      language,
      translatePlain(language, `button.template.${template}`),
      draft.template === template,
      encodeCallback('template', template),
    ),
  ]);
  return { text: translate(language, 'template.ask'), keyboard: [...rows, ...stepRows(data, 'template')] };
}

function wishesScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, limits } = data;
  const ask = translate(language, 'wishes.ask', { max: limits.wishesLengthMax });
  const text = withKept(ask, draft.wishes, (kept) => translate(language, 'wishes.kept', kept));
  const skip: Button = { text: translatePlain(language, 'button.skip'), callback: encodeCallback('skip') };
  return { text, keyboard: [[skip], ...stepRows(data, 'wishes')] };
}

function promptScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, limits } = data;
  const ask = translate(language, 'prompt.ask', { max: limits.promptLengthMax });
  const text = withKept(ask, draft.prompt, (kept) => translate(language, 'prompt.kept', kept));
  return { text, keyboard: stepRows(data, 'prompt') };
}

/** An own prompt is filmed word for word, so it is read once more: all of it. */
function promptCheckScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft } = data;
  const yes = {
    text: translatePlain(language, 'button.prompt_right'),
    callback: encodeCallback('next', 'prompt_check'),
  };
  const edit = {
    text: translatePlain(language, 'button.edit_prompt'),
    callback: encodeCallback('edit_prompt'),
  };
  return {
    text: translate(language, 'prompt_check.ask', { text: draft.prompt ?? '' }),
    keyboard: [[yes], [edit], [menuButton(language)]],
  };
}

function modelScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, models } = data;
  const rows = models.map(({ id, title, creditsPerVideo, durationS }): Button[] => [
    choice(
      language,
      translatePlain(language, 'button.model', {
        title,
        durationS,
        price: translatePlain(language, 'amount.credits', { count: creditsPerVideo }),
      }),
      draft.model === id,
      encodeCallback('model', id),
    ),
  ]);
  return { text: translate(language, 'model.ask'), keyboard: [...rows, ...stepRows(data, 'model')] };
}

function countScreen(data: DraftScreenData): OutgoingMessage {
  const { language, draft, prices } = data;
  const rows = VIDEO_COUNTS.map((videos): Button[] => [
    choice(
      language,
      translatePlain(language, 'button.count', { videos, count: prices[videos] }),
      draft.count === videos,
      encodeCallback('count', `${videos}`),
    ),
  ]);
  return { text: translate(language, 'count.ask'), keyboard: [...rows, ...stepRows(data, 'count')] };
}

function withKept(
  ask: string,
  entered: string | null,
  keptText: (params: { text: string }) => string,
): string {
  return entered ? `${ask}\n\n${keptText({ text: shorten(entered, KEPT_LENGTH_MAX) })}` : ask;
}
