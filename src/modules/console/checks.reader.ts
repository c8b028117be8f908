import { Injectable } from '@nestjs/common';
import { OperatorActions } from '../admin/index.js';
import { NOTICE_GIVEN_UP, NOTICE_LATE } from './conditions.js';
import type {
  AuditView,
  LateNoticeView,
  NoticeView,
  OperatorActionRow,
  Page,
  PersonRef,
  ReconciliationView,
} from './protocol.js';
import type { ActionsQuery } from './queries.schemas.js';
import { NOTICE, PAGE_ROWS, PERSON, ReadOnly } from './read-only.js';

/** As many nights as one looks back at. */
const AUDITS_SHOWN = 14;

/** What was compared, what could not be told, and what operators did about it. */
@Injectable()
export class ChecksReader {
  constructor(
    private readonly readOnly: ReadOnly,
    private readonly actions: OperatorActions,
  ) {}

  /** The newest daily comparisons with the providers of payments. */
  listReconciliations(): Promise<ReconciliationView[]> {
    return this.readOnly.run((manager) =>
      manager.query<ReconciliationView[]>(
        `select r.id::text as id, r.provider, r.from_at as "fromAt", r.to_at as "toAt", r.attempt,
                r.started_at as "startedAt", r.finished_at as "finishedAt", r.counts, r.differences,
                r.differences_total as "differencesTotal", r.last_error as "lastError"
           from payment_reconciliations r order by r.id desc limit ${PAGE_ROWS}`,
      ),
    );
  }

  /** The newest nightly audits. */
  listAudits(): Promise<AuditView[]> {
    return this.readOnly.run((manager) =>
      manager.query<AuditView[]>(
        `select a.id::text as id, a.started_at as "startedAt", a.finished_at as "finishedAt", a.attempt,
                a.rows_checked::float8 as "rowsChecked", a.drift, a.findings, a.last_error as "lastError"
           from audits a order by a.id desc limit ${AUDITS_SHOWN}`,
      ),
    );
  }

  /** What operators did, the newest first. */
  async listActions({
    operator,
    action,
    kind,
    subject,
    after,
  }: ActionsQuery): Promise<Page<OperatorActionRow>> {
    const rows = await this.actions.list({
      operator,
      action,
      ...(kind && subject ? { about: { subjectKind: kind, subject } } : {}),
      beforeId: after,
      limit: PAGE_ROWS + 1,
    });
    const shown = rows.slice(0, PAGE_ROWS).map(({ createdAt, key: _key, ...row }) => ({
      ...row,
      at: createdAt.toISOString(),
    }));
    return { rows: shown, next: rows.length > PAGE_ROWS ? (shown.at(-1)?.id ?? null) : null };
  }

  /** Notices that should have been sent, the oldest first. */
  listLateNotices(): Promise<LateNoticeView[]> {
    return this.readOnly.run((manager) =>
      manager.query<LateNoticeView[]>(
        `select ${NOTICE}, n.next_attempt_at as "dueAt", ${PERSON} as person from notices n join users u on u.id = n.user_id
          where ${NOTICE_LATE} order by n.next_attempt_at limit ${PAGE_ROWS}`,
      ),
    );
  }

  /** The newest notices that were given up. */
  listDroppedNotices(): Promise<(NoticeView & { person: PersonRef })[]> {
    return this.readOnly.run((manager) =>
      manager.query<(NoticeView & { person: PersonRef })[]>(
        `select ${NOTICE}, ${PERSON} as person from notices n join users u on u.id = n.user_id
          where ${NOTICE_GIVEN_UP} order by n.dropped_at desc limit ${PAGE_ROWS}`,
      ),
    );
  }
}
