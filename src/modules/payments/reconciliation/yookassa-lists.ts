import { Injectable } from '@nestjs/common';
import { YooKassaClient, type ReadAnswer } from '../yookassa/yookassa.client.js';
import type { RemotePage, RemotePayment, RemoteRefund } from '../yookassa/yookassa-replies.schemas.js';
import { ProviderListUnreadableError } from './reconciliation.errors.js';
import type { ReconciliationRun } from './reconciliation-run.js';
import type { OurSide } from './three-way.types.js';

/** Pages of 100 items. */
const PAGES_MAX = 1_000;
/** Single questions about what no list has. */
const LOOK_UPS_MAX = 1_000;
/** Beyond now: what is made meanwhile, and their clock where it is ahead of ours. */
const AHEAD_MS = 3_600_000;

/** What YooKassa has of a window, and of what ours has there beyond it. */
export interface YooKassaLists {
  payments: Map<string, RemotePayment>;
  refunds: Map<string, RemoteRefund>;
  /** Ids of ours that YooKassa does not know. */
  unknownPayments: Set<string>;
  unknownRefunds: Set<string>;
  /** Why not everything could be read. */
  incomplete: string[];
}

interface Listing<T> {
  what: string;
  ask: (cursor: string | null) => Promise<ReadAnswer<RemotePage<T>>>;
  into: Map<string, T>;
  incomplete: string[];
}

interface LookUp<T> {
  what: string;
  ids: readonly string[];
  ask: (id: string) => Promise<ReadAnswer<T>>;
  into: Map<string, T>;
  unknown: Set<string>;
  incomplete: string[];
}

/** Reads YooKassa's lists, page by page to the end. @see https://yookassa.ru/developers/using-api/lists */
@Injectable()
export class YooKassaListReader {
  constructor(private readonly yooKassa: YooKassaClient) {}

  /** @throws ProviderListUnreadableError */
  async read(run: ReconciliationRun): Promise<YooKassaLists> {
    const { fromAt, toAt } = run.claim;
    const window = { from: fromAt, to: new Date(toAt.getTime() + AHEAD_MS) };
    const [payments, refunds] = [new Map<string, RemotePayment>(), new Map<string, RemoteRefund>()];
    const incomplete: string[] = [];
    // Payments first: a refund that shows in one of them is then in the list of refunds, too.
    const askPayments = (cursor: string | null) => this.yooKassa.listPayments({ ...window, cursor });
    await readAll({ what: 'payments', ask: askPayments, into: payments, incomplete }, run);
    const askRefunds = (cursor: string | null) => this.yooKassa.listRefunds({ ...window, cursor });
    await readAll({ what: 'refunds', ask: askRefunds, into: refunds, incomplete }, run);
    return { payments, refunds, unknownPayments: new Set(), unknownRefunds: new Set(), incomplete };
  }

  /**
   * Asks for each of ours that should be in the lists and is not: it may have been made just outside of the window, or be unknown.
   *
   * @throws ProviderListUnreadableError
   */
  async lookUp(run: ReconciliationRun, lists: YooKassaLists, ours: OurSide): Promise<void> {
    const { incomplete } = lists;
    await lookUpAll(
      {
        what: 'payment',
        ids: ours.payments.filter(isListed).flatMap(({ providerPaymentId }) => providerPaymentId ?? []),
        ask: (id) => this.yooKassa.readPayment(id),
        ...{ into: lists.payments, unknown: lists.unknownPayments, incomplete },
      },
      run,
    );
    await lookUpAll(
      {
        what: 'refund',
        ids: ours.refunds.filter(isListed).flatMap(({ providerRefundId }) => providerRefundId ?? []),
        ask: (id) => this.yooKassa.readRefund(id),
        ...{ into: lists.refunds, unknown: lists.unknownRefunds, incomplete },
      },
      run,
    );
  }
}

function isListed({ isInWindow }: { isInWindow: boolean }): boolean {
  return isInWindow;
}

async function readAll<T extends { id: string }>(
  { what, ask, into, incomplete }: Listing<T>,
  run: ReconciliationRun,
): Promise<void> {
  let cursor: string | null = null;
  let unreadable = 0;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    await run.step();
    const answer: ReadAnswer<RemotePage<T>> = await ask(cursor);
    if (answer.kind !== 'found') throw unreadableList(what, answer);
    for (const item of answer.object.items) into.set(item.id, item);
    unreadable += answer.object.unreadable;
    cursor = answer.object.nextCursor;
    if (cursor === null) break;
  }
  if (unreadable > 0) incomplete.push(`${unreadable} ${what} could not be understood`);
  if (cursor !== null) incomplete.push(`more than ${PAGES_MAX} pages of ${what}`);
}

async function lookUpAll<T>(lookUp: LookUp<T>, run: ReconciliationRun): Promise<void> {
  const { what, ask, into, unknown, incomplete } = lookUp;
  const ids = lookUp.ids.filter((id) => !into.has(id));
  for (const id of ids.slice(0, LOOK_UPS_MAX)) {
    await run.step();
    const answer = await ask(id);
    if (answer.kind === 'found') into.set(id, answer.object);
    else if (answer.kind === 'not_found') unknown.add(id);
    else if (answer.isAnswered) incomplete.push(`${what} ${id} could not be understood`);
    else throw unreadableList(`${what} ${id}`, answer);
  }
  const left = ids.length - LOOK_UPS_MAX;
  if (left > 0) incomplete.push(`${left} of our ${what}s are in no list, and were not asked for`);
}

/** The error that leaves a report to a later attempt. */
export function unreadableList(
  what: string,
  answer: { kind: 'not_found' } | { kind: 'unreadable'; text: string },
): ProviderListUnreadableError {
  const text = answer.kind === 'unreadable' ? answer.text : 'not found';
  return new ProviderListUnreadableError(`YooKassa's ${what} could not be read: ${text}`);
}
