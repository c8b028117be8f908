/** What the console's API says to its page: types only, so that the page may know them. Times are ISO 8601 in UTC. */

/** Who is logged in, and what the whole page has to know. */
export interface SessionView {
  operator: string;
  expiresAt: string;
  /** Of all times that are shown. */
  timeZone: string;
  appEnv: 'sandbox' | 'staging' | 'production';
}

/** A page of a list, newest first; `next` asks for the one after it, null at the end. */
export interface Page<Row> {
  rows: Row[];
  next: string | null;
}

/** A person, as they stand beside what is theirs. */
export interface PersonRef {
  id: string;
  /** Null once they were erased. */
  tgUserId: string | null;
  username: string | null;
  name: string;
}

/** Something that is wrong, or that an operator should know. */
export interface Concern {
  /** `act`: somebody has to do something now. */
  severity: 'act' | 'watch';
  title: string;
  detail: string;
  /** Since when, as far as that is known. */
  since: string | null;
  /** The screen where more of it is, as `#/…`; null where there is none. */
  link: string | null;
}

/** Jobs that are not over, by their step. */
export interface WaitingStep {
  step: string;
  count: number;
  /** Age of the oldest order among them. */
  oldestS: number;
  /** How long the one that is most overdue has waited for its next step. */
  overdueS: number;
}

export interface Overview {
  at: string;
  concerns: Concern[];
  waiting: WaitingStep[];
}

/** Today, or the last 7 or 30 days with it. */
export type Period = 'today' | 'week' | 'month';

/** What happened in an hour of today, or on a day. Sums are what came, minus what went back. */
export interface FigureBucket {
  from: string;
  ordered: number;
  completed: number;
  /** Without those that people cancelled themselves. */
  failed: number;
  cancelled: number;
  /** From the order to the finished video, in seconds; null without a finished one. */
  p50S: number | null;
  p90S: number | null;
  p99S: number | null;
  receivedKopecks: number;
  receivedStars: number;
  /** What the credits of finished videos had brought when they were bought. */
  earnedKopecks: number;
  earnedStars: number;
  kieCredits: number;
}

/** The same over the whole period. */
export type FigureTotals = Omit<FigureBucket, 'from'> & { payments: number; refundedKopecks: number };

export interface ModelFigures {
  model: string;
  completed: number;
  failed: number;
  p50S: number | null;
  kieCredits: number;
}

export interface Figures {
  period: Period;
  bucket: 'hour' | 'day';
  buckets: FigureBucket[];
  totals: FigureTotals;
  reasons: { reason: string; count: number }[];
  models: ModelFigures[];
  prompts: { source: string; count: number }[];
  /** What one of KIE's credits costs the operator; null: not set, so that nothing can be said about a margin. */
  kieCreditPriceKopecks: number | null;
}

export interface JobRow {
  id: string;
  createdAt: string;
  finishedAt: string | null;
  status: string;
  step: string;
  failureReason: string | null;
  model: string | null;
  kind: string;
  template: string;
  credits: number;
  person: PersonRef;
}

export interface JobEventView {
  at: string;
  event: string;
  details: unknown;
}

export interface KieTaskView {
  attempt: number;
  taskId: string | null;
  model: string;
  keyFingerprint: string;
  state: string;
  createdAt: string;
  finishedAt: string | null;
  creditsConsumed: number | null;
  creditsListed: number | null;
  resultUrl: string | null;
  errorClass: string | null;
  errorCode: string | null;
  errorText: string | null;
  /** KIE's answer, masked. */
  errorDetails: unknown;
  callbacks: number;
}

/** A row of the ledger. */
export interface HistoryRow {
  id: string;
  at: string;
  operation: string;
  amount: number;
  balanceAfter: number;
  jobId: string | null;
  paymentId: string | null;
  cause: string | null;
  description: string | null;
}

export interface NoticeView {
  id: string;
  kind: string;
  createdAt: string;
  sentAt: string | null;
  droppedAt: string | null;
  parkedAt: string | null;
  attempts: number;
  lastError: string | null;
}

/** A notice that should have been sent. */
export interface LateNoticeView extends NoticeView {
  dueAt: string;
  person: PersonRef;
}

export interface JobView extends JobRow {
  orderId: string;
  position: number;
  promptInput: string;
  wishes: string | null;
  prompt: string | null;
  promptSource: string | null;
  /** The slug that the person chose; null where they chose none. */
  chosenModel: string | null;
  startedAt: string | null;
  deadlineAt: string;
  wakeAt: string | null;
  generationAttempts: number;
  deliveryAttempts: number;
  resultUrl: string | null;
  resultExpiresAt: string | null;
  hasVideoInTelegram: boolean;
  parkedAt: string | null;
  presentedAt: string | null;
  errorClass: string | null;
  errorDetails: unknown;
  hasPhoto: boolean;
  kieCredits: number;
  kieCreditsEstimated: boolean;
  kieCreditsPossible: number;
  earnedKopecks: number | null;
  earnedStars: number | null;
  balance: number;
  events: JobEventView[];
  tasks: KieTaskView[];
  history: HistoryRow[];
  notices: NoticeView[];
  /** Others of the same order. */
  siblings: { id: string; position: number; status: string }[];
}

export interface PersonRow extends PersonRef {
  credits: number;
  language: string;
  createdAt: string;
  blockedAt: string | null;
  bannedAt: string | null;
  erasedAt: string | null;
}

export interface PersonView extends PersonRow {
  consentedAt: string | null;
  hasEmail: boolean;
  jobsTotal: number;
  jobsFailed: number;
  jobsInFlight: number;
  paidKopecks: number;
  paidStars: number;
  /** Credits that a refund could not take back. */
  creditsOwed: number;
  /** Which step of the conversation they are at; null without one. */
  conversationStep: string | null;
  conversationAt: string | null;
  notices: NoticeView[];
}

export interface PaymentRow {
  id: string;
  createdAt: string;
  completedAt: string | null;
  status: string;
  provider: string;
  providerPaymentId: string | null;
  planId: string;
  credits: number;
  /** In the provider's unit: kopecks or Stars. */
  amount: number;
  refunded: number;
  currency: 'RUB' | 'XTR';
  /** What differs from what was sold; nothing was granted unless it was completed since. */
  parkedReason: string | null;
  /** Since when an operator says that nothing more is to be done about a parked one. */
  settledByHandAt: string | null;
  person: PersonRef;
}

export interface PaymentNotificationView {
  event: string;
  receivedAt: string;
  times: number;
  checks: number;
  handledAt: string | null;
  outcome: string | null;
}

export interface PaymentRefundView {
  id: string;
  createdAt: string;
  endedAt: string | null;
  amount: number;
  origin: string;
  status: string;
  providerRefundId: string | null;
  reason: string | null;
  failureReason: string | null;
}

export interface PaymentView extends PaymentRow {
  endedAt: string | null;
  failureReason: string | null;
  foundBy: string | null;
  creditsOwed: number;
  checkAt: string | null;
  checks: number;
  unansweredCreations: number;
  /** What can still be given back, in its unit: without what is on its way. */
  left: number;
  balance: number;
  notifications: PaymentNotificationView[];
  refunds: PaymentRefundView[];
  history: HistoryRow[];
}

export interface KieKeyView {
  fingerprint: string;
  /** In the order of the configuration; the first is preferred. */
  position: number;
  credits: number | null;
  readAt: string | null;
  lowSince: string | null;
  failedSince: string | null;
  /** Since when operators have set it aside; null: they have not. */
  offSince: string | null;
  /** Null while KIE takes it. */
  parked: { reason: string; refusedWith: string; since: string; askAt: string | null } | null;
}

export interface ModelView {
  id: string;
  title: string;
  status: string;
  creditsPerVideo: number;
  kieCreditsPerVideo: number;
  /** Its place in the order that is tried; null when it is not configured. */
  fallbackOrder: number | null;
  isOffered: boolean;
  /** Since when operators have set it aside; null: they have not. */
  offSince: string | null;
  /** Because KIE does not serve it. */
  setAside: { reason: string; since: string; until: string } | null;
}

export interface BreakerView {
  name: string;
  reason: string;
  openedAt: string;
  openUntil: string;
  times: number;
}

export interface Supply {
  keys: KieKeyView[];
  minCredits: number;
  models: ModelView[];
  /** Sentences about configured models that have no effect. */
  modelNotes: string[];
  /** Open ones of other things than models. */
  breakers: BreakerView[];
  creationSlots: { used: number; max: number };
  switches: SwitchView[];
}

/** A switch of the whole system. */
export interface SwitchView {
  name: 'maintenance' | 'orders_stopped';
  /** Since when it is on; null: it is off. */
  onSince: string | null;
}

/** What an operator did. */
export interface OperatorActionRow {
  id: string;
  at: string;
  operator: string;
  action: string;
  subjectKind: string;
  subject: string;
  reason: string;
  outcome: string;
  details: unknown;
}

export interface ReconciliationView {
  id: string;
  provider: string;
  fromAt: string;
  toAt: string;
  attempt: number;
  startedAt: string;
  finishedAt: string | null;
  counts: Record<string, number>;
  differences: { kind: string; subject: string; detail: string }[];
  differencesTotal: number;
  lastError: string | null;
}

/** A nightly audit: what it found that does not add up. */
export interface AuditView {
  id: string;
  startedAt: string;
  finishedAt: string | null;
  attempt: number;
  rowsChecked: number | null;
  /** Rows that differ; 0 is what is owed. Null until it is over. */
  drift: number | null;
  findings: { check: string; row: string; detail: string }[];
  lastError: string | null;
}

/** What came of an action. */
export interface ActionAnswer {
  /** `done`, or why nothing changed. */
  outcome: string;
  /** This very wish had come before; nothing happened now. */
  repeated: boolean;
  /** What followed, such as `newCredits`, `refundId`, `jobId`. */
  details: Readonly<Record<string, unknown>>;
}
