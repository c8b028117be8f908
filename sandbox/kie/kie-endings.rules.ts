import { KIE_TEXTS } from './kie-answers.js';
import type { Ending } from './kie-script.js';

/** A failure as recordInfo and the callback tell it. */
export interface Failure {
  failCode: string;
  failMsg: string;
}

/**
 * The failure that an ending means for a model, or null where it is none. The code is "500" for nearly everything:
 * public logs show moderation under it too, so a client must read the text.
 */
export function failureOf(ending: Ending, model: string): Failure | null {
  if (typeof ending !== 'string') return { failCode: ending.failCode, failMsg: ending.failMsg };
  const seedance = model.startsWith('bytedance/');
  switch (ending) {
    case 'success':
    case 'empty':
    case 'hang':
      return null;
    case 'moderation_text':
      return {
        failCode: seedance ? '400' : '500',
        failMsg: seedance ? KIE_TEXTS.sensitiveText : KIE_TEXTS.flaggedPrompt,
      };
    case 'moderation_image':
      return {
        failCode: seedance ? '400' : '500',
        failMsg: seedance ? KIE_TEXTS.realPerson : KIE_TEXTS.unsafeImage,
      };
    case 'photo':
      return { failCode: '422', failMsg: KIE_TEXTS.fetchFailed };
    case 'internal':
      return { failCode: '500', failMsg: KIE_TEXTS.internal };
    case 'busy':
      return { failCode: '500', failMsg: KIE_TEXTS.busy };
  }
}

/** The state words of a task, in their order. https://docs.kie.ai/market/common/get-task-detail */
export type TaskState = 'waiting' | 'queuing' | 'generating' | 'success' | 'fail';

const WAITING_SHARE = 0.05;
const QUEUING_SHARE = 0.15;

/** The state of a running task after `elapsedTrueMs` of its `durationTrueMs`. */
export function runningState(elapsedTrueMs: number, durationTrueMs: number): TaskState {
  if (elapsedTrueMs < durationTrueMs * WAITING_SHARE) return 'waiting';
  return elapsedTrueMs < durationTrueMs * QUEUING_SHARE ? 'queuing' : 'generating';
}
