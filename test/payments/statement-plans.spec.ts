import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PaymentInboxRepository } from '../../src/modules/payments/payment-inbox.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** How PostgreSQL would run what the work asks for, where reading a whole table is the last resort. */
function plansOf(work: (manager: EntityManager) => Promise<unknown>): Promise<string> {
  return db.dataSource.transaction(async (manager) => {
    await manager.query('set local enable_seqscan = off');
    const lines: string[] = [];
    const query = async (sql: string, parameters: unknown[]) => {
      const rows = await manager.query<{ 'QUERY PLAN': string }[]>(`explain ${sql}`, parameters);
      lines.push(...rows.map((row) => row['QUERY PLAN']));
      return [];
    };
    await work({ query } as unknown as EntityManager);
    return lines.join('\n');
  });
}

describe('what the crons ask of all payments', () => {
  it('nobody told us of them: reads those of a day only', async () => {
    const times = { afterMs: 600_000, withinMs: 86_400_000, limit: 500 };
    const plan = await plansOf((manager) => new PaymentInboxRepository().listUnnoticed(manager, times));
    expect(plan).toMatch(/payments_completed/);
    expect(plan).toMatch(/Index Cond: .*completed_at >= .*completed_at <= /);
  });
});
