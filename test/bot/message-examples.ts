import { FAILURE_REASONS } from '../../src/modules/jobs/index.js';
import {
  progressScreen,
  resultScreen,
  type NoticePayload,
  type ProgressLine,
} from '../../src/modules/notifications/index.js';
import { noticeScreen } from '../../src/modules/notifications/screens.js';
import type { Language, OutgoingMessage } from '../../src/modules/telegram/index.js';
import { CANCELLATIONS, ID, SUPPORT } from './example-data.js';

/** A message as a person gets it, and what it is an example of. */
export interface ScreenExample {
  /** As in the code: the screen's, the hint's or the notice's kind. */
  name: string;
  when?: string;
  message: OutgoingMessage;
}

/** Who cancels is answered by the tap. */
const TOLD_REASONS = FAILURE_REASONS.filter((reason) => reason !== 'cancelled');
const PRICE = { kopecks: 19_900 };
const ABOUT = { paymentId: ID, price: PRICE, balance: 7, closes: 41 };

/** Every notice; one that is forgotten here does not compile. */
const NOTICES: { [K in NoticePayload['kind']]: Extract<NoticePayload, { kind: K }>[] } = {
  job_failed: TOLD_REASONS.map((reason, index) => ({
    kind: 'job_failed',
    ...{ jobId: ID, reason, credits: 1, balance: 3, position: 1, count: index === 0 ? 3 : 1 },
  })),
  jobs_failing: [{ kind: 'jobs_failing', failed: 9, ended: 17, reason: 'send_failed' }],
  jobs_waiting: [{ kind: 'jobs_waiting', minutes: 7 }],
  alerts_held: [{ kind: 'alerts_held', counts: { payment_parked: 12, jobs_failing: 1 } }],
  credits_granted: [{ kind: 'credits_granted', credits: 3, balance: 5 }],
  made_again: [{ kind: 'made_again', jobId: ID }],
  payment_completed: [
    { kind: 'payment_completed', ...ABOUT, credits: 5, resumesOrder: false },
    { kind: 'payment_completed', ...ABOUT, credits: 5, resumesOrder: true },
  ],
  payment_canceled: CANCELLATIONS.map((reason) => ({
    ...{ kind: 'payment_canceled', ...ABOUT, planId: 'starter', provider: 'yookassa', reason },
  })),
  payment_failed: [{ kind: 'payment_failed', ...ABOUT }],
  payment_link: [
    {
      ...{ kind: 'payment_link', ...ABOUT, planId: 'starter', credits: 5 },
      url: 'https://yoomoney.example/checkout?a=1&b=2',
    },
  ],
  payment_refunded: [
    {
      ...{ kind: 'payment_refunded', paymentId: ID, price: { stars: 150 } },
      ...{ creditsTaken: 3, creditsOwed: 2, balance: 0 },
    },
  ],
  surplus_refunded: [{ kind: 'surplus_refunded', price: PRICE, balance: 7 }],
  kie_keys_spent: [{ kind: 'kie_keys_spent', text: 'Credits insufficient <now>' }],
  model_set_aside: [2, 0].map((modelsLeft) => ({
    ...{ kind: 'model_set_aside', title: 'Grok Imagine', text: 'This interface is <paused>' },
    modelsLeft,
  })),
  kie_balance_low: [
    {
      kind: 'kie_balance_low',
      balances: [
        { key: 'a1b2c3d4e5f6', credits: 812.5, videos: 33 },
        { key: '0f9e8d7c6b5a', credits: 0, videos: 0 },
      ],
      limit: 1000,
    },
  ],
  prompts_refused: [
    { kind: 'prompts_refused', source: 'openai', text: 'status 429 insufficient_quota' },
    { kind: 'prompts_refused', source: 'openai_fallback', text: 'status 402' },
  ],
  payments_unnoticed: [{ kind: 'payments_unnoticed', count: 7, paymentIds: ['id-1', 'id-2'] }],
  payment_parked: [{ kind: 'payment_parked', paymentId: ID, reason: 'amount <b>1.00</b>' }],
  refund_failed: [
    { kind: 'refund_failed', paymentId: ID, refundId: 'r-1', price: PRICE, reason: 'no money' },
  ],
  audit_drift: [{ kind: 'audit_drift', count: 2, auditId: '17' }],
  reconciliation_differences: [
    { kind: 'reconciliation_differences', provider: 'telegram_stars', count: 3, reportId: 'report-1' },
  ],
  payments_refused: [{ kind: 'payments_refused', provider: 'yookassa', text: 'invalid_credentials' }],
  broadcast_over: ([null, 'message_gone'] as const).map((stopped) => ({
    ...{ kind: 'broadcast_over', people: 1_000, sent: 940, blocked: 30, failed: 5, unknown: 1, skipped: 4 },
    stopped,
  })),
  second_poller: [{ kind: 'second_poller' }],
  webhook_taken: [
    { kind: 'webhook_taken', host: 'other.example' },
    { kind: 'webhook_taken', host: null },
  ],
};

const PROGRESS: [string, ProgressLine[]][] = [
  ['just ordered', [{ position: 1, stage: 'queued' }]],
  [
    'under way',
    [
      { position: 1, stage: 'completed', percent: 100 },
      { position: 2, stage: 'generate', percent: 40, leftS: 120 },
      { position: 3, stage: 'deliver', percent: 90, overdue: true },
      { position: 4, stage: 'prompt', percent: 10, place: 2 },
      { position: 5, stage: 'queued', place: 4, leftS: 180 },
    ],
  ],
  ['all ready', [1, 2].map((position) => ({ position, stage: 'completed' }))],
  [
    'some ready',
    [
      { position: 1, stage: 'completed' },
      { position: 2, stage: 'failed' },
      { position: 3, stage: 'cancelled' },
    ],
  ],
  ['failed', [{ position: 1, stage: 'failed' }]],
  ['cancelled', [1, 2, 3].map((position) => ({ position, stage: 'cancelled' }))],
];

/** An order under way. */
export function progressExamples(language: Language): ScreenExample[] {
  return PROGRESS.map(([when, lines]) => ({
    ...{ name: 'progress', when },
    message: progressScreen(language, lines, { orderId: ID, balance: 4 }),
  }));
}

/** A finished video. */
export function resultExamples(language: Language): ScreenExample[] {
  const video = { jobId: ID, position: 2, count: 3 };
  return [
    { name: 'ordered', message: resultScreen(language, { ...video, position: 1, count: 1 }, 'ordered') },
    { name: 'ordered', when: 'of several', message: resultScreen(language, video, 'ordered') },
    { name: 'present', message: resultScreen(language, video, 'present') },
    { name: 'parked', message: resultScreen(language, video, 'parked') },
    { name: 'again', message: resultScreen(language, video, 'again') },
  ];
}

/** What people are told without a tap. */
export function noticeExamples(language: Language): ScreenExample[] {
  return Object.values(NOTICES)
    .flat()
    .map((notice: NoticePayload) => ({
      name: notice.kind,
      when: 'reason' in notice ? notice.reason : undefined,
      message: noticeScreen(language, notice, SUPPORT),
    }));
}
