import type { LedgerFacts, LedgerRow } from './facts.js';
import type { Done, Operation } from './operations.types.js';

/** What must be in the history of one cause. */
interface Wanted {
  rows: number;
  /** The sum of all of them; null where that depends on who was first. */
  amount: number | null;
}

/** What is not as it must be after writes that met, a sentence each, its invariant first; none: nothing was lost or doubled. */
export function findBrokenLedger(facts: LedgerFacts, done: readonly Done[]): string[] {
  return [
    ...brokenByAnswers(done),
    ...brokenByChains(facts),
    ...brokenByCauses(facts, done),
    ...brokenByFailures(facts, done),
    ...(facts.audit.drift > 0 ? [`I1: the audit finds ${facts.audit.drift} rows that differ`] : []),
  ];
}

/** The words by which the history names what an operation causes; several where it fails several videos. */
export function causesOf(operation: Operation): string[] {
  switch (operation.kind) {
    case 'charge':
      return [`usage ${operation.key}`];
    case 'fail':
      return operation.jobIds.map((jobId) => `refund ${jobId}`);
    case 'refund':
      return [`refund ${operation.jobId}`];
    case 'complete':
      return [`purchase ${operation.paymentId}`];
    case 'take_back':
      return [`payment_refund ${operation.refundId}`];
    case 'add':
      return [`bonus ${operation.cause}`];
  }
}

/** No writer was answered with an error, and of those who did the same thing exactly one did it. */
function brokenByAnswers(done: readonly Done[]): string[] {
  const firsts = new Map<string, number>();
  for (const { operation, answer } of done) {
    // These are answered with what is so now, whoever made it so.
    if (['fail', 'refund', 'add'].includes(operation.kind)) continue;
    const [cause = ''] = causesOf(operation);
    const isFirst = answer.kind === 'done' ? 1 : 0;
    firsts.set(cause, (firsts.get(cause) ?? 0) + isFirst);
  }
  return [
    ...done.flatMap(({ operation, answer }) =>
      answer.kind === 'error' ? [`a writer (${operation.kind}, ${operation.by}) got: ${answer.text}`] : [],
    ),
    ...[...firsts].flatMap(([cause, count]) =>
      count > 1 ? [`I1: ${count} writers were told that they did "${cause}"`] : [],
    ),
  ];
}

/** Each balance is the sum of its rows and the newest of them, and each row follows from the one before. */
function brokenByChains({ rows, balances }: LedgerFacts): string[] {
  const sums = new Map<string, number>();
  const broken: string[] = [];
  for (const { userId, cause, amount, balanceAfter } of rows) {
    const sum = (sums.get(userId) ?? 0) + amount;
    if (sum !== balanceAfter)
      broken.push(`I1: after "${cause}" the history of ${userId} says ${balanceAfter} instead of ${sum}`);
    if (sum < 0) broken.push(`I1: after "${cause}" ${userId} has ${sum} credits`);
    sums.set(userId, sum);
  }
  for (const { userId, credits } of balances) {
    const sum = sums.get(userId) ?? 0;
    if (credits !== sum) broken.push(`I1: ${userId} has ${credits} credits, the history says ${sum}`);
  }
  return broken;
}

/** Each cause has exactly its rows, and no row has another cause. */
function brokenByCauses({ rows }: LedgerFacts, done: readonly Done[]): string[] {
  const found = new Map<string, LedgerRow[]>();
  for (const row of rows)
    if (!row.cause.startsWith('signup ')) found.set(row.cause, [...(found.get(row.cause) ?? []), row]);
  const wanted = wantedOf(done);
  const unknown = [...found.keys()].filter((cause) => !wanted.has(cause));
  return [
    ...unknown.map((cause) => `I1: "${cause}" is in the history, and nobody wrote it`),
    ...[...wanted].flatMap(([cause, want]) => compare(cause, want, found.get(cause) ?? [])),
  ];
}

function compare(cause: string, { rows, amount }: Wanted, found: readonly LedgerRow[]): string[] {
  const sum = found.reduce((total, row) => total + row.amount, 0);
  const holders = new Set(found.map(({ userId }) => userId));
  return [
    ...(found.length === rows ? [] : [`I1: "${cause}" has ${found.length} rows instead of ${rows}`]),
    ...(amount === null || sum === amount || found.length !== rows
      ? []
      : [`I1: "${cause}" moved ${sum} credits instead of ${amount}`]),
    ...(holders.size > 1 ? [`I1: "${cause}" is in the histories of ${holders.size} people`] : []),
  ];
}

function wantedOf(done: readonly Done[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { operation, answer } of done) {
    for (const cause of causesOf(operation)) {
      // An order that nobody could pay for leaves nothing; all else that was asked for can be done, and so it is.
      if (operation.kind !== 'charge') wanted.set(cause, { rows: 1, amount: amountOf(operation) });
      else if (answer.kind === 'done') wanted.set(cause, { rows: operation.count, amount: -operation.count });
      else if (!wanted.has(cause)) wanted.set(cause, { rows: 0, amount: 0 });
    }
  }
  return wanted;
}

function amountOf(operation: Exclude<Operation, { kind: 'charge' }>): number | null {
  switch (operation.kind) {
    case 'fail':
    case 'refund':
      return 1;
    case 'complete':
      return operation.credits;
    case 'add':
      return operation.amount;
    case 'take_back':
      return null;
  }
}

/** What was to fail has failed. */
function brokenByFailures({ failedJobs }: LedgerFacts, done: readonly Done[]): string[] {
  const failed = new Set(failedJobs);
  const toFail = done.flatMap(({ operation }) => (operation.kind === 'fail' ? operation.jobIds : []));
  return [...new Set(toFail)].flatMap((jobId) =>
    failed.has(jobId) ? [] : [`I3: job ${jobId} did not fail`],
  );
}
