import type { Statement } from './commit-tracker.js';

type Namer = string | ((params: Statement['params']) => string);

/** Which statement makes a commit what it is; the first that fits. Matched against SQL in lower case with single spaces. */
const NAMES: readonly [RegExp, Namer][] = [
  [/create_job_and_consume_credit\(/, 'order.charge'],
  [/^insert into job_events /, ([, event]) => `job.${event}`],
  [/\bcomplete_payment\(/, 'payment.complete'],
  [/\brefund_payment\(/, 'refund.take_back'],
  [/\brequest_refund\(/, 'refund.request'],
  [/^insert into payments /, 'payment.open'],
  [/^update payments set status/, 'payment.end'],
  [/^update payments set unanswered_creations = unanswered_creations \+/, 'payment.ask'],
  [/^update payments set unanswered_creations = greatest/, 'payment.answered'],
  [/^update payments set provider_payment_id/, 'payment.link'],
  [/^update payments set link_promised/, 'payment.promise'],
  [/^update payments set message_id/, 'payment.message'],
  [/^update payments set draft_id/, 'payment.draft'],
  [/^update payments set (parked_reason|settled_by_hand_at)/, 'payment.park'],
  [/^update payments set checks/, 'payment.claim'],
  [/^update payments set check_at/, 'payment.postpone'],
  [/^insert into payment_notifications /, 'notification.keep'],
  [/^update payment_notifications set checks/, 'notification.claim'],
  [/^update payment_notifications set check_at/, 'notification.postpone'],
  [/^update payment_notifications set outcome/, 'notification.settle'],
  [/^insert into payment_refunds /, 'refund.found'],
  [/^update payment_refunds set frozen_request/, 'refund.ask'],
  [/^update payment_refunds set unanswered_creations/, 'refund.answered'],
  [/^update payment_refunds set provider_refund_id/, 'refund.link'],
  [/^update payment_refunds set (status|payer_tg_user_id)/, 'refund.end'],
  [/^update payment_refunds set checks/, 'refund.claim'],
  [/^update payment_refunds set check_at/, 'refund.postpone'],
  [/^update kie_tasks set task_id/, 'task.adopt'],
  [/^update kie_tasks set state/, 'task.settle'],
  [/^insert into kie_callbacks /, 'callback.keep'],
  [/^update kie_callbacks set check_at = null/, 'callback.settle'],
  [/^update kie_callbacks /, 'callback.postpone'],
  [/\binsert into kie_creation_slots /, 'slot.take'],
  [/^update kie_creation_slots /, 'slot.release'],
  [/^update jobs set wake_at = .* and step = \$2 and wake_number = \$3/, ([, step]) => `step.${step}`],
  [/^update jobs set delivery_lease_token/, 'delivery.claim'],
  [/^update jobs set photo_url/, 'photo.link'],
  [/\bupdate jobs j set prompt_tokens_in/, 'costs.tokens'],
  [/^update jobs j set wake_number/, 'wake_ups.renumber'],
  [/^update jobs set wake_at/, 'job.wait'],
  [/\binsert into bot_sessions /, 'session.lock'],
  [/^update bot_sessions set state/, 'session.save'],
  [/^update bot_sessions set lock_token = null/, 'session.release'],
  [/^update progress_messages set shown = null/, 'progress.claim'],
  [/^update progress_messages set shown = \$2,.*closed_at/, closing],
  [/^update progress_messages set shown = \$2/, 'progress.release'],
  [/^update progress_messages set wanted/, 'progress.want'],
  [/\binsert into telegram_pacing /, 'pacing.claim'],
  [/^update notices set attempts/, 'notice.claim'],
  [/^update notices set sent_at/, 'notice.sent'],
  [/^update notices set dropped_at/, 'notice.drop'],
  [/^update notices set next_attempt_at/, 'notice.postpone'],
  [/^insert into notices /, 'notice.write'],
  [/\bregister_user\(/, 'user.register'],
  [/^update users set consented_at/, 'user.consent'],
];

const WRITES =
  /^(insert|update|delete|merge|truncate|create|alter|drop)\b|\b(insert into|update|delete from) \w+/;

/** The name of what a commit makes true; null for one that has none, as a mere look. */
export function nameCommit(statements: readonly Statement[]): string | null {
  for (const [pattern, namer] of NAMES) {
    const statement = statements.find(({ sql }) => pattern.test(plain(sql)));
    if (statement) return typeof namer === 'string' ? namer : namer(statement.params);
  }
  return null;
}

/** The tables of reconciliations, of audits, of balances at KIE, of photos and of looks at them, which are looked after beside the orders. */
const BESIDE_ORDERS =
  /^(insert into|update|delete from|with asked as \( insert into) (payment_reconciliations|photo_looks|stored_photos|kie_balances|audits)/;

/** Forgets when something was sent to a chat long ago. */
const OLD_PACING = /^delete from telegram_pacing /;

/** Forgets conversations that nobody goes on with. */
const IDLE_SESSIONS = /^with page as \( select chat_id, updated_at from bot_sessions /;

/** Whether a statement may change something of an order or a purchase, as far as its words tell. */
export function isWrite({ sql }: Statement): boolean {
  const words = plain(sql).replace(/\bfor (no key )?update\b/g, '');
  return WRITES.test(words) && ![BESIDE_ORDERS, OLD_PACING, IDLE_SESSIONS].some((one) => one.test(words));
}

/** The last edit of a progress message is one that nobody can repeat later. */
function closing([, , isLast]: Statement['params']): string {
  return isLast === 'true' ? 'progress.close' : 'progress.settle';
}

function plain(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim().toLowerCase();
}
