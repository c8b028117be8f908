import type { PhotoLook } from './photo-look.entity.js';

/** What a photo means for an order: go on, stop, or ask the person whether to use it anyway. */
export type PhotoVerdict =
  | { kind: 'clear' }
  | { kind: 'stop'; reason: 'flagged' | 'people' }
  /** Never empty. */
  | { kind: 'advice'; advice: PhotoLookAdvice[] };

/** What a person may want to know about a photo that can be used. */
export type PhotoLookAdvice = 'brand' | 'people';

/**
 * What a look means for a video model. A photo that nobody looked at in time is clear: the video model still judges for itself,
 * and gives the credit back if it refuses.
 */
export function decideVerdict(
  look: Pick<PhotoLook, 'flagged' | 'people' | 'brand'> | null,
  model: { refusesPeople: boolean },
): PhotoVerdict {
  if (look?.flagged) return { kind: 'stop', reason: 'flagged' };
  if (look?.people && model.refusesPeople) return { kind: 'stop', reason: 'people' };
  const advice: PhotoLookAdvice[] = [];
  if (look?.brand) advice.push('brand');
  if (look?.people) advice.push('people');
  return advice.length > 0 ? { kind: 'advice', advice } : { kind: 'clear' };
}
