/** Who writes: somebody who calls the SQL functions, or the product's own code with its own transactions. */
export type Writer = 'sql' | 'product';

/** Somebody with a balance. */
export interface Holder {
  userId: string;
  tgUserId: number;
}

/** One write to the ledger; two with the same words are the same write, made twice. */
export type Operation = { by: Writer; holder: Holder } & (
  | { kind: 'charge'; key: string; count: number }
  /** The finaliser: each video of the order fails and its credit comes back, in one transaction. */
  | { kind: 'fail'; orderId: string; jobIds: readonly string[] }
  /** `refund_credit(person, job)`, of a job that fails at this moment. */
  | { kind: 'refund'; jobId: string }
  | { kind: 'complete'; paymentId: string; credits: number }
  | { kind: 'take_back'; paymentId: string; refundId: string; kopecks: number }
  | { kind: 'add'; cause: string; amount: number }
);

/** What a writer was answered. */
export type Answer =
  | { kind: 'done'; orderId?: string; jobIds?: readonly string[] }
  /** It had been done before. */
  | { kind: 'repeated' }
  /** There are too few credits. */
  | { kind: 'too_few' }
  /** The key or the cause is somebody else's. */
  | { kind: 'foreign' }
  /** The job has not failed yet. */
  | { kind: 'too_early' }
  /** What no writer may ever see. */
  | { kind: 'error'; text: string };

/** A write, its answer, and how long that took. */
export interface Done {
  operation: Operation;
  answer: Answer;
  tookMs: number;
}
