/** A row of the Python system as it came: any column may be missing, null, or of another type than one expects. */
export type LegacyRow = Readonly<Record<string, unknown>>;

/** What becomes of a row. `notes` is what was put right on the way, for the report. */
export type Decision<T> = { kind: 'take'; value: T; notes: readonly string[] } | Refusal;

/** Why a row is not imported, in words for the operator. */
export interface Refusal {
  kind: 'refuse';
  reason: string;
}

/** The tables that are read, in this order: people before what is theirs. */
export const LEGACY_TABLES = ['pricing_plans', 'users', 'jobs', 'credits_history', 'payments'] as const;
export type LegacyTable = (typeof LEGACY_TABLES)[number];

/** A person, and what they are owed. */
export interface LegacyPerson {
  legacyId: string;
  tgUserId: number;
  /** What the import row gives: the balance, not below 0, and what the videos under way had taken. */
  credits: number;
  profile: {
    username: string | null;
    first_name: string | null;
    last_name: string | null;
    created_at: string | null;
  };
}

export type LegacyJobStatus = 'queued' | 'processing' | 'completed' | 'failed';

/** One video. */
export interface LegacyJob {
  legacyId: string;
  tgUserId: number;
  status: LegacyJobStatus;
  /** What it took; null where that is not known, and does not matter any more. */
  credits: number | null;
  description: string | null;
  wishes: string | null;
  videoFileId: string | null;
  /** `inputs/<tg_user_id>/<id>.jpg`, if there is such a file. */
  photoPath: string | null;
  /** When it began to be made. */
  startedAt: string | null;
  createdAt: string | null;
  finishedAt: string | null;
}

/** A row of the old credit history. */
export interface LegacyHistoryRow {
  /** Null in versions whose history had no ids. */
  legacyId: string | null;
  tgUserId: number;
  operationType: string | null;
  /** Decimal digits. */
  amount: string;
  jobId: string | null;
  description: string | null;
  metadata: unknown;
  createdAt: string | null;
}

export type LegacyPaymentStatus = 'pending' | 'completed' | 'failed' | 'refunded';

/** A payment. */
export interface LegacyPayment {
  legacyId: string;
  tgUserId: number;
  status: LegacyPaymentStatus;
  /** It waits for its end, and YooKassa can be asked: it becomes one of ours. */
  isSettledHere: boolean;
  planId: string | null;
  provider: string | null;
  providerPaymentId: string | null;
  amountKopecks: number | null;
  credits: number | null;
  createdAt: string | null;
  completedAt: string | null;
}

/** What was sold. */
export interface LegacyPlan {
  legacyId: string;
  plan: LegacyRow;
}
