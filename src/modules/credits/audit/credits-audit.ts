import type { DataSource } from 'typeorm';
import { auditSnapshot, type AuditReport } from './audit-snapshot.js';

/** The audit where there is a data source; `npm run audit` does without one. No decorator: programs without Nest load it too. */
export class CreditsAudit {
  constructor(private readonly dataSource: DataSource) {}

  /** @param signal ends it before its next statement; it rejects then. */
  run(signal?: AbortSignal): Promise<AuditReport> {
    return this.dataSource.transaction('REPEATABLE READ', (em) =>
      auditSnapshot((sql, parameters) => {
        signal?.throwIfAborted();
        return em.query(sql, parameters);
      }),
    );
  }
}
