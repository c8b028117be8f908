import type { ConversationState, Draft, PhotoAdvice } from './conversation.schemas.js';
import type { EffectResult, IncomingPhoto, PhotoStop, Turn, TurnContext } from './conversation.types.js';
import { withAnswer } from './draft.rules.js';
import { again, answer, toMenu } from './turn.rules.js';

type StoredPhoto = Extract<EffectResult, { kind: 'photo_stored' }>;

/** What follows from a photo. */
export function decidePhoto(state: ConversationState, photo: IncomingPhoto, { limits }: TurnContext): Turn {
  const { albumId } = photo;
  const { draft } = state;
  const isMore = albumId !== null && albumId === state.albumId;
  const takes = state.step === 'photo' || state.step === 'photo_advice';
  // The other photos of an album: each is looked at, for the best one is wanted, but a message for each would be noise.
  const isWanted = isMore ? draft?.albumId === albumId : takes;
  const isTooLarge = (photo.bytes ?? 0) > limits.photoBytesMax;
  if (isMore && (!isWanted || isTooLarge)) return { state };
  const noted = { ...state, albumId };
  if (!isWanted || !draft) return again(noted, { key: state.step });
  // Photos of an album are compared with each other only, not with the one that they replace.
  const photoScore = isMore ? draft.photoScore : null;
  const taking = { ...noted, draft: { ...draft, albumId, photoScore } };
  if (isTooLarge) return again(taking, { key: 'photo_too_large' });
  return { state: taking, effect: { kind: 'take_photo', photo, isMore } };
}

/** What follows from a photo that was taken. The first photo of an album is taken at once; a better one that comes later takes its place, in the same message. */
export function decideStored(state: ConversationState, result: StoredPhoto, context: TurnContext): Turn {
  const { draft, step } = state;
  if (!result.isMore) return answer(state, photoAnswer(state, result, context), context);
  if (!draft) return { state };
  const isBetter = draft.photoPath === null || result.score > (draft.photoScore ?? -Infinity);
  if (!isBetter) return { state };
  const asks = step === 'photo' || step === 'photo_advice';
  const turn = answer(state, photoAnswer(state, result, context), context);
  // Elsewhere the person goes on undisturbed: only what the screen says is brought up to date.
  if (asks || step === 'description') return { ...turn, inPlace: true };
  const kept = { ...turn.state, step, emailFor: state.emailFor };
  return step === 'confirm' ? { ...turn, inPlace: true } : { state: kept };
}

/** What follows from a photo that cannot be filmed. The photo is given up, and all else is kept. */
export function decideStopped(state: ConversationState, stop: PhotoStop, { newDraftId }: TurnContext): Turn {
  if (!state.draft) return toMenu(state, { key: 'no_draft' });
  const draft = withAnswer(state.draft, { photoPath: null, photoScore: null, photoAdvice: [] }, newDraftId);
  return again({ ...state, step: 'photo', draft }, { key: stop });
}

/** What follows from advice that came after the photo was taken: it is asked about before anything is charged. */
export function decideAdvised(
  state: ConversationState,
  advice: readonly PhotoAdvice[],
  context: TurnContext,
): Turn {
  const known: readonly PhotoAdvice[] = state.draft?.photoAdvice ?? [];
  return answer(state, { photoAdvice: [...new Set([...known, ...advice])] }, context);
}

/** A caption is the description that the seller would else be asked for, unless one is there already. */
function photoAnswer(state: ConversationState, result: StoredPhoto, { limits }: TurnContext): Partial<Draft> {
  const { caption } = result.photo;
  const { path: photoPath, score: photoScore, advice: photoAdvice } = result;
  const photo = { photoPath, photoScore, photoAdvice, photoAccepted: [] };
  const length = [...(caption ?? '')].length;
  const fits = length >= limits.descriptionLengthMin && length <= limits.descriptionLengthMax;
  return fits && !state.draft?.description ? { ...photo, description: caption } : photo;
}
