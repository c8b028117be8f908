import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Figures, sample, type Sample } from '../../../platform/index.js';
import type { PaymentProvider } from '../payments.types.js';

const DRIFT = defineGauge({
  name: 'neurocards_audit_drift',
  help: 'Rows that differ, as the last finished audit has found.',
  labels: {},
});
const AUDIT_AGE = defineGauge({
  name: 'neurocards_audit_age_seconds',
  help: 'How long ago the last audit was finished; not shown before the first one.',
  labels: {},
});
const AUDIT_DURATION = defineGauge({
  name: 'neurocards_audit_duration_seconds',
  help: 'How long the last finished audit took.',
  labels: {},
});
const DIFFERENCES = defineGauge({
  name: 'neurocards_reconciliation_differences',
  help: 'What differs between us and a provider, as the last finished reconciliation has found.',
  labels: { provider: ['yookassa', 'telegram_stars'] },
});
const RECONCILIATION_AGE = defineGauge({
  name: 'neurocards_reconciliation_age_seconds',
  help: 'How long ago the last reconciliation with a provider was finished; not shown before the first one.',
  labels: { provider: ['yookassa', 'telegram_stars'] },
});

/** What the nightly proofs have found: the audit of our own rows, and the comparison with the providers. */
@Injectable()
export class AuditFigures implements OnModuleInit {
  constructor(private readonly figures: Figures) {}

  onModuleInit(): void {
    this.figures.register({
      name: 'audit',
      gauges: [DRIFT, AUDIT_AGE, AUDIT_DURATION, DIFFERENCES, RECONCILIATION_AGE],
      read: async (manager) => [...(await readAudit(manager)), ...(await readReconciliations(manager))],
    });
  }
}

async function readAudit(manager: EntityManager): Promise<Sample[]> {
  const [row] = await manager.query<{ drift: number; age_s: number; duration_s: number }[]>(
    `select drift, extract(epoch from now() - finished_at)::float8 as age_s,
            extract(epoch from finished_at - started_at)::float8 as duration_s
       from audits where finished_at is not null order by finished_at desc limit 1`,
  );
  if (!row) return [];
  return [
    sample(DRIFT, {}, row.drift),
    sample(AUDIT_AGE, {}, row.age_s),
    sample(AUDIT_DURATION, {}, row.duration_s),
  ];
}

/** A few rows a day. Not the highest slot: slots of another interval are other numbers. */
async function readReconciliations(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<{ provider: PaymentProvider; differences: number; age_s: number }[]>(
    `select p.provider, r.differences_total as differences, extract(epoch from now() - r.finished_at)::float8 as age_s
       from (values ('yookassa'), ('telegram_stars')) as p (provider)
      cross join lateral (select differences_total, finished_at from payment_reconciliations
        where provider = p.provider and finished_at is not null order by finished_at desc limit 1) r`,
  );
  return rows.flatMap(({ provider, differences, age_s }) => [
    sample(DIFFERENCES, { provider }, differences),
    sample(RECONCILIATION_AGE, { provider }, age_s),
  ]);
}
