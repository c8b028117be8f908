import { CALL_BUCKETS_S, defineCounter, defineHistogram } from '../../platform/index.js';

const KINDS = ['message', 'callback_query', 'pre_checkout_query', 'my_chat_member'] as const;

export const UPDATE_SECONDS = defineHistogram({
  name: 'neurocards_telegram_update_duration_seconds',
  help: 'Updates from when we got them until they were over (done), or were to be given to us again (again).',
  labels: { kind: [...KINDS, 'other'], outcome: ['done', 'again'] },
  buckets: CALL_BUCKETS_S,
});

/** Each is a bug of ours, or a refusal of Telegram's that nobody has thought of. */
export const UPDATE_FAILURES = defineCounter({
  name: 'neurocards_telegram_update_failures_total',
  help: 'Updates that could not be handled; the person was told so where there is one.',
  labels: {},
});

/** The label `kind` of an update. */
export function kindOf(update: object): (typeof KINDS)[number] | 'other' {
  return KINDS.find((kind) => kind in update) ?? 'other';
}
