import type { Draft, DraftStep, VideoKind } from './conversation.schemas.js';
import type { CompleteDraft, RepeatedOrder } from './conversation.types.js';

/** A draft of which only the kind may be known. */
export function emptyDraft(id: string, kind: VideoKind | null = null): Draft {
  return {
    id,
    kind,
    photoPath: null,
    albumId: null,
    description: null,
    template: null,
    wishes: null,
    prompt: null,
    count: null,
    repeatOf: null,
  };
}

/** The same product once more: everything about it is known, the style is chosen anew. */
export function draftOfRepeat(id: string, jobId: string, order: RepeatedOrder): Draft {
  const { kind, photoPath, description, prompt } = order;
  return { ...emptyDraft(id, kind), photoPath, description, prompt, repeatOf: jobId };
}

/** The product as an order takes it: with an own script, the script; else the description and the wishes. */
export function productOfDraft(draft: CompleteDraft): RepeatedOrder {
  const { kind, template, photoPath, description } = draft;
  const product = { kind, template, photoPath, description };
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
  if (draft.description === null) return 'description';
  if (draft.template === null) return 'template';
  if (draft.template === 'self' ? draft.prompt === null : draft.wishes === null) return scriptStep(draft);
  return draft.count === null ? 'count' : 'confirm';
}

/** The step before the given one; null before the first. */
export function stepBefore(draft: Draft, step: DraftStep): DraftStep | null {
  switch (step) {
    case 'kind':
      return null;
    case 'photo':
      return 'kind';
    case 'description':
      return 'photo';
    case 'template':
      return 'description';
    case 'wishes':
    case 'prompt':
      return 'template';
    case 'count':
      return scriptStep(draft);
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
    case 'count':
      return draft.count !== null;
    case 'confirm':
      return false;
  }
}

/** Whether an order can be made of the draft. */
export function isComplete(draft: Draft): draft is CompleteDraft {
  return firstMissingStep(draft) === 'confirm';
}

/** Whether losing the draft would cost the person anything. */
export function isWorthKeeping(draft: Draft | null): draft is Draft {
  return draft !== null && draft.photoPath !== null;
}

function scriptStep(draft: Draft): DraftStep {
  return draft.template === 'self' ? 'prompt' : 'wishes';
}
