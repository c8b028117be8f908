import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditReport } from '../../credits/index.js';

/** An attempt at the audit of one time slot, which belongs to whoever made it until it is finished or taken over. */
export interface AuditClaim {
  id: string;
  attempt: number;
}

/** Findings that a row keeps, over all checks; the count stays exact. */
const FINDINGS_MAX = 200;

/** The rows of `audits`, all on the database's clock. */
@Injectable()
export class AuditsRepository {
  /** Takes the audit of the slot that runs now: one process gets it. One that nobody has finished in time is taken over. */
  async claim(
    manager: EntityManager,
    { intervalMs, takeOverMs }: { intervalMs: number; takeOverMs: number },
  ): Promise<AuditClaim | null> {
    const rows = await manager.query<AuditClaim[]>(
      `insert into audits as a (slot)
       select slot from (select floor(extract(epoch from now()) * 1000 / $1)::bigint as slot) s
        where not exists (select from audits f where f.slot = s.slot and f.finished_at is not null)
       on conflict (slot) do update set attempt = a.attempt + 1, started_at = excluded.started_at
         where a.finished_at is null and a.started_at <= now() - $2 * interval '1 ms'
       returning id, attempt`,
      [intervalMs, takeOverMs],
    );
    return rows[0] ?? null;
  }

  /** @returns false when it was taken over. */
  async finish(manager: EntityManager, claim: AuditClaim, report: AuditReport): Promise<boolean> {
    // An erasure finds no Telegram id here, so that none may be kept.
    const findings = report.problems
      .slice(0, FINDINGS_MAX)
      .map((finding) => ({ ...finding, row: finding.row.replace(/ \(Telegram \d+\)$/, '') }));
    const [, finished] = await manager.query<[unknown, number]>(
      `update audits set finished_at = clock_timestamp(), rows_checked = $3, drift = $4, findings = $5, last_error = null
        where id = $1 and attempt = $2 and finished_at is null`,
      [claim.id, claim.attempt, report.rows_checked, report.drift, JSON.stringify(findings)],
    );
    return finished === 1;
  }

  /** The attempt came to nothing; the next one comes when this one may be taken over. */
  async noteFailure(manager: EntityManager, claim: AuditClaim, error: string): Promise<void> {
    await manager.query(
      `update audits set last_error = $3 where id = $1 and attempt = $2 and finished_at is null`,
      [claim.id, claim.attempt, error],
    );
  }
}
