import { badRequest } from '../errors.js';
import type { CallbackAnswer } from '../model.js';
import type { Method } from './method.js';

const ANSWER_LENGTH_MAX = 200;

/** https://core.telegram.org/bots/api#answercallbackquery: once, and while the person's client still waits. */
export const answerCallbackQuery: Method = (query, { world }) => {
  const callback = world.callbacks.get(query.text('callback_query_id'));
  const text = query.text('text');
  const ageMs = performance.now() - (callback?.tappedAtMs ?? 0);
  const tooOld = ageMs > world.limitRealMs(world.options.callbackAnswerMs);
  if (!callback || callback.answer !== null || tooOld) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  if (text.length > ANSWER_LENGTH_MAX) throw badRequest('MESSAGE_TOO_LONG');
  const answer: CallbackAnswer = {
    queryId: callback.id,
    personId: callback.personId,
    messageId: callback.messageId,
    data: callback.data,
    text,
    showAlert: query.flag('show_alert'),
    url: query.text('url'),
    afterMs: Math.round(ageMs),
  };
  callback.answer = answer;
  world.events.emit({ type: 'callback_answered', personId: callback.personId, answer });
  return { result: true };
};
