import { Injectable } from '@nestjs/common';
import type { NoticeView, OperatorActionRow, Page, PersonRef, ReconciliationView } from './protocol.js';
import type { ActionsQuery } from './queries.schemas.js';
import { Filter, NOTICE, PAGE_ROWS, pageOf, PERSON, placeOf, ReadOnly } from './read-only.js';

/** What was compared, what could not be told, and what operators did about it. */
@Injectable()
export class ChecksReader {
  constructor(private readonly readOnly: ReadOnly) {}

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

  /** What operators did, the newest first. */
  listActions({ operator, action, subject, after }: ActionsQuery): Promise<Page<OperatorActionRow>> {
    return this.readOnly.run(async (manager) => {
      const filter = new Filter()
        .add('a.operator = ?', operator)
        .add('a.action = ?', action)
        .add('a.subject = ?', subject)
        .add('a.id < ?::bigint', placeOf(after)?.id);
      return pageOf(
        await manager.query<(OperatorActionRow & { cursorAt: string })[]>(
          `select a.id::text as id, a.created_at as at, a.operator, a.action, a.subject_kind as "subjectKind", a.subject,
                  a.reason, a.outcome, a.details, a.created_at::text as "cursorAt"
             from operator_actions a where ${filter.sql} order by a.id desc limit ${PAGE_ROWS + 1}`,
          filter.values,
        ),
      );
    });
  }

  /** The newest notices that were given up. */
  listDroppedNotices(): Promise<(NoticeView & { person: PersonRef })[]> {
    return this.readOnly.run((manager) =>
      manager.query<(NoticeView & { person: PersonRef })[]>(
        `select ${NOTICE}, ${PERSON} as person from notices n join users u on u.id = n.user_id
          where n.dropped_at is not null order by n.dropped_at desc limit ${PAGE_ROWS}`,
      ),
    );
  }
}
