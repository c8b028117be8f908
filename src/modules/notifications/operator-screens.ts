import {
  formatMoney,
  shorten,
  translate,
  translatePlain,
  type Language,
  type OutgoingMessage,
} from '../telegram/index.js';
import { menuButton } from './buttons.js';
import type { HELD_NOTICE_KINDS, OperatorNoticePayload } from './operator-notices.schemas.js';

type MoneyKind =
  | 'payments_unnoticed'
  | 'payment_parked'
  | 'refund_failed'
  | 'reconciliation_differences'
  | 'audit_drift'
  | 'payments_refused';
type MoneyNotice = Extract<OperatorNoticePayload, { kind: MoneyKind }>;
type BroadcastNotice = Extract<OperatorNoticePayload, { kind: 'broadcast_over' }>;
type HeldKind = (typeof HELD_NOTICE_KINDS)[number];

/** How much is shown of what came from outside, in characters. */
const QUOTE_LENGTH_MAX = 1000;

/** What an operator is told: what is wrong, and where to look. */
export function operatorNoticeScreen(language: Language, notice: OperatorNoticePayload): OutgoingMessage {
  return { text: textOf(language, notice), keyboard: [[menuButton(language)]] };
}

function textOf(language: Language, notice: OperatorNoticePayload): string {
  switch (notice.kind) {
    case 'kie_keys_spent':
      return translate(language, 'notice.kie_keys_spent', { text: notice.text });
    case 'model_set_aside': {
      const { title, modelsLeft } = notice;
      const what = translate(language, 'notice.model_set_aside', { title, text: quote(notice.text) });
      return `${what}\n\n${translate(language, modelsLeft > 0 ? 'notice.models_left' : 'notice.no_model_left')}`;
    }
    case 'kie_balance_low': {
      const balances = notice.balances
        .map(({ key, credits, videos }) =>
          translate(language, 'notice.kie_balance', { key, credits: Math.floor(credits), count: videos }),
        )
        .join('\n');
      return `${translate(language, 'notice.kie_balance_low', { limit: notice.limit })}\n\n${balances}`;
    }
    case 'prompts_refused': {
      const source = translatePlain(language, `name.prompt_source.${notice.source}`);
      const next = translatePlain(language, `notice.check_prompts.${notice.source}`);
      return translate(language, 'notice.prompts_refused', { source, text: quote(notice.text), next });
    }
    case 'payments_unnoticed':
    case 'payment_parked':
    case 'refund_failed':
    case 'reconciliation_differences':
    case 'audit_drift':
    case 'payments_refused':
      return moneyTextOf(language, notice);
    case 'jobs_failing': {
      const { failed, ended, reason } = notice;
      return translate(language, 'notice.jobs_failing', { failed, ended, reason });
    }
    case 'jobs_waiting':
      return translate(language, 'notice.jobs_waiting', { count: notice.minutes });
    case 'alerts_held': {
      const lines = Object.entries(notice.counts).map(
        ([kind, number]) => `• ${translatePlain(language, `name.alert.${kind as HeldKind}`)}: ${number}`,
      );
      return translate(language, 'notice.alerts_held', { lines: lines.join('\n') });
    }
    case 'broadcast_over':
      return broadcastText(language, notice);
    case 'second_poller':
      return `${translate(language, 'notice.second_poller')}\n\n${translate(language, 'notice.leaked_token')}`;
    case 'webhook_taken': {
      const { host } = notice;
      const where =
        host === null
          ? translate(language, 'notice.webhook_removed')
          : translate(language, 'notice.webhook_taken', { host: quote(host) });
      const parts = [where, translate(language, 'notice.take_updates_back')];
      return [...parts, translate(language, 'notice.leaked_token')].join('\n\n');
    }
  }
}

/** What concerns money. */
function moneyTextOf(language: Language, notice: MoneyNotice): string {
  switch (notice.kind) {
    case 'payments_unnoticed': {
      const more = notice.count > notice.paymentIds.length ? ['…'] : [];
      const paymentIds = [...notice.paymentIds, ...more].join('\n');
      return translate(language, 'notice.payments_unnoticed', { number: notice.count, paymentIds });
    }
    case 'payment_parked': {
      const { paymentId, reason } = notice;
      return translate(language, 'notice.payment_parked', { paymentId, reason: quote(reason) });
    }
    case 'refund_failed': {
      const { paymentId, refundId, reason } = notice;
      const price = formatMoney(language, notice.price);
      return translate(language, 'notice.refund_failed', {
        price,
        paymentId,
        refundId,
        reason: quote(reason),
      });
    }
    case 'reconciliation_differences': {
      const provider = translatePlain(language, `name.provider.${notice.provider}`);
      const { count: number, reportId } = notice;
      return translate(language, 'notice.reconciliation_differences', { provider, number, reportId });
    }
    case 'audit_drift': {
      const { count: number, auditId } = notice;
      return translate(language, 'notice.audit_drift', { number, auditId });
    }
    case 'payments_refused': {
      const provider = translatePlain(language, `name.provider.${notice.provider}`);
      const refused = translate(language, 'notice.payments_refused', { provider, text: quote(notice.text) });
      return `${refused}\n\n${translate(language, `notice.check.${notice.provider}`)}`;
    }
  }
}

function broadcastText(
  language: Language,
  { stopped, people, sent, blocked, failed, unknown, skipped }: BroadcastNotice,
): string {
  const counts = translate(language, 'broadcast.counts', { people, sent, blocked, failed, unknown, skipped });
  const parts = stopped
    ? [translate(language, 'notice.broadcast_stopped'), translate(language, `broadcast.because.${stopped}`)]
    : [translate(language, 'notice.broadcast_over')];
  return [...parts, counts].join('\n\n');
}

function quote(text: string): string {
  return shorten(text, QUOTE_LENGTH_MAX);
}
