import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { readCursor, writeCursor, type Cursor, type CursorId } from './search.rules.js';
import { ConsoleError } from './console.errors.js';
import type { Page } from './protocol.js';

/** No statement of a reader takes longer, whatever it is asked for: the database belongs to the people first. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Rows of one page of a list. */
export const PAGE_ROWS = 50;

/** Reads as one moment sees it, and can change nothing. */
@Injectable()
export class ReadOnly {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` on one snapshot. Rows have the names that the protocol has; their times become text when the answer is written. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      await manager.query(`set transaction read only; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
      return work(manager);
    });
  }
}

/** Conditions of a `where`, each with its values in the place of `?`. */
export class Filter {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = ['true'];

  /** Adds a condition, unless its one value is null or undefined. */
  add(sql: string, ...values: unknown[]): this {
    if (values.length === 1 && (values[0] === null || values[0] === undefined)) return this;
    this.conditions.push(sql.replaceAll('?', () => this.next(values)));
    return this;
  }

  /** What comes after a cursor in a list ordered by `created_at desc, id desc`. */
  after(cursor: string | undefined, alias: string): this {
    const place = placeOf(cursor, 'uuid');
    if (!place) return this;
    return this.add(`(${alias}.created_at, ${alias}.id) < (?::timestamptz, ?::uuid)`, place.at, place.id);
  }

  get sql(): string {
    return this.conditions.join(' and ');
  }

  private next(values: unknown[]): string {
    this.values.push(values.shift());
    return `$${this.values.length}`;
  }
}

/** @throws ConsoleError for a cursor that was never given out. */
export function placeOf(cursor: string | undefined, type: CursorId): Cursor | null {
  if (cursor === undefined) return null;
  const place = readCursor(cursor, type);
  if (!place) throw new ConsoleError(400, 'This page of the list does not exist: begin anew.');
  return place;
}

/** A page of rows of which one more was read than it shows. Each row carries its place as `cursorAt`, which the page is not told. */
export function pageOf<Row extends { id: string }>(rows: (Row & { cursorAt: string })[]): Page<Row> {
  const shown = rows.slice(0, PAGE_ROWS);
  const last = shown.at(-1);
  const next = rows.length > PAGE_ROWS && last ? writeCursor({ at: last.cursorAt, id: last.id }) : null;
  return { rows: shown.map(({ cursorAt: _place, ...row }) => row as unknown as Row), next };
}

/** A person as `PersonRef`, by the alias `u` of their row. */
export const PERSON = `json_build_object('id', u.id, 'tgUserId', u.tg_user_id::text, 'username', u.username,
  'name', concat_ws(' ', u.first_name, u.last_name))`;

/** Rows of the ledger as `HistoryRow`, by the alias `h`. */
export const HISTORY = `h.id::text as id, h.created_at as at, h.operation_type as operation, h.amount, h.balance_after as "balanceAfter",
  h.job_id as "jobId", h.payment_id as "paymentId", h.cause, h.description`;

/** Notices as `NoticeView`, by the alias `n`. */
export const NOTICE = `n.id::text as id, n.kind, n.created_at as "createdAt", n.sent_at as "sentAt", n.dropped_at as "droppedAt",
  n.parked_at as "parkedAt", n.attempts, n.last_error as "lastError"`;
