import type { Draft, DraftStep, VideoKind } from './conversation.schemas.js';
import type { CompleteDraft, RepeatedOrder } from './conversation.types.js';

/** A draft of which only the kind may be known. */
export function emptyDraft(id: string, kind: VideoKind | null = null): Draft {
  return {
    id,
    kind,
    photoPath: null,
    albumId: null,
    photoScore: null,
    photoAdvice: [],
    photoAccepted: [],
    description: null,
    template: null,
    wishes: null,
    prompt: null,
    promptChecked: false,
    model: null,
    count: null,
    repeatOf: null,
  };
}

/** The same product once more: everything about it is known, the style is chosen anew. */
export function draftOfRepeat(id: string, jobId: string, order: RepeatedOrder): Draft {
  const { kind, photoPath, description, prompt, model } = order;
  // Whatever was advised about the photo was answered with the first order.
  return { ...emptyDraft(id, kind), photoPath, description, prompt, model, repeatOf: jobId };
}

/** The same video once more, made anew: all of it is known, and one is made. */
export function draftOfVariant(id: string, jobId: string, order: RepeatedOrder): Draft {
  const { template, wishes } = order;
  return {
    ...draftOfRepeat(id, jobId, order),
    template,
    wishes: wishes ?? '',
    promptChecked: true,
    count: 1,
  };
}

/** The product as an order takes it: with an own prompt, the prompt; else the description and the wishes. */
export function productOfDraft(draft: CompleteDraft): RepeatedOrder & { photoPath: string } {
  const { kind, template, photoPath, description, model } = draft;
  const product = { kind, template, photoPath, description, model };
  return template === 'self'
    ? { ...product, wishes: null, prompt: draft.prompt }
    : { ...product, wishes: draft.wishes || null, prompt: null };
}

/** The draft with an answer in it. An answer that changes nothing keeps the draft's id, and with it the order's key. */
export function withAnswer(draft: Draft, answer: Partial<Draft>, newId: string): Draft {
  const changed = Object.entries(answer).some(([name, value]) => draft[name as keyof Draft] !== value);
  return changed ? { ...draft, ...answer, id: newId, repeatOf: null } : draft;
}

/** The first step that is not answered yet; `confirm` when all are. */
export function firstMissingStep(draft: Draft): DraftStep {
  if (draft.kind === null) return 'kind';
  if (draft.photoPath === null) return 'photo';
  if (openAdvice(draft).length > 0) return 'photo_advice';
  if (draft.description === null) return 'description';
  if (draft.template === null) return 'template';
  if (draft.template === 'self' && draft.prompt === null) return 'prompt';
  if (draft.template === 'self' && !draft.promptChecked) return 'prompt_check';
  if (draft.template !== 'self' && draft.wishes === null) return 'wishes';
  if (draft.model === null) return 'model';
  return draft.count === null ? 'count' : 'confirm';
}

/** What the person has not yet said to be right about the photo. */
export function openAdvice({ photoAdvice, photoAccepted }: Draft): Draft['photoAdvice'] {
  return photoAdvice.filter((advice) => !photoAccepted.includes(advice));
}

/**
 * The step before the given one; null before the first.
 *
 * @param asksModel whether there is more than one model to choose from
 */
export function stepBefore(draft: Draft, step: DraftStep, asksModel: boolean): DraftStep | null {
  switch (step) {
    case 'kind':
      return null;
    case 'photo':
      return 'kind';
    case 'photo_advice':
    case 'description':
      return 'photo';
    case 'template':
      return 'description';
    case 'wishes':
    case 'prompt':
      return 'template';
    case 'prompt_check':
      return 'prompt';
    case 'model':
      return scriptStep(draft);
    case 'count':
      return asksModel ? 'model' : scriptStep(draft);
    case 'confirm':
      return 'count';
  }
}

/** Whether the step has an answer to go on with. */
export function isAnswered(draft: Draft, step: DraftStep): boolean {
  switch (step) {
    case 'kind':
      return draft.kind !== null;
    case 'photo':
      return draft.photoPath !== null;
    case 'description':
      return draft.description !== null;
    case 'template':
      return draft.template !== null;
    case 'wishes':
      return draft.wishes !== null;
    case 'prompt':
      return draft.prompt !== null;
    case 'model':
      return draft.model !== null;
    case 'count':
      return draft.count !== null;
    case 'photo_advice':
    case 'prompt_check':
    case 'confirm':
      return false;
  }
}

/** Whether an order can be made of the draft. */
export function isComplete(draft: Draft): draft is CompleteDraft {
  return firstMissingStep(draft) === 'confirm';
}

/**
 * The draft as it can be ordered now: a model that is not on offer any more is forgotten, and where there is only one, it is chosen.
 *
 * @param models the slugs on offer
 */
export function withModelOnOffer(draft: Draft, models: readonly string[]): Draft {
  const model = draft.model !== null && models.includes(draft.model) ? draft.model : null;
  const [only = null] = models.length === 1 ? models : [];
  return { ...draft, model: model ?? only };
}

/** Whether losing the draft would cost the person anything. */
export function isWorthKeeping(draft: Draft | null): draft is Draft {
  return draft !== null && (draft.photoPath !== null || draft.description !== null);
}

function scriptStep(draft: Draft): DraftStep {
  return draft.template === 'self' ? 'prompt_check' : 'wishes';
}
