import { Injectable } from '@nestjs/common';
import type { PersonRef, NoticeView, ReconciliationView } from './protocol.js';
import { NOTICE, PAGE_ROWS, PERSON, ReadOnly } from './read-only.js';

/** What was compared and what could not be told. */
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
