import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../support/database.js';
import { aUser, balanceOf, createCreditsDatabase, expectCleanAudit } from './fixtures.js';
import { LedgerModel } from './ledger-model.js';
import { applyToModel, operation } from './ledger-operations.js';
import { LedgerUnderTest } from './ledger-under-test.js';

let db: TestDatabase;
beforeAll(async () => {
  ({ db } = await createCreditsDatabase());
});
afterAll(() => db.drop());

describe('any sequence of operations', () => {
  it('F-36 answers as the model does, step by step, and ends in a clean audit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 10, maxLength: 60, size: 'max' }),
        async (operations) => {
          const user = await aUser(db, { credits: 4 });
          const ledger = new LedgerUnderTest(db, user);
          const model = new LedgerModel();
          model.register(4);
          for (const [step, operation] of operations.entries()) {
            const answer = await ledger.apply(operation);
            expect(`${step}: ${answer}`).toBe(`${step}: ${applyToModel(model, operation)}`);
            expect(await balanceOf(db, user)).toBe(model.balance);
          }
        },
      ),
      { numRuns: 25 },
    );
    await expectCleanAudit(db);
  });

  it('F-49 may run all at once and still ends in a clean audit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 10, maxLength: 40, size: 'max' }),
        async (operations) => {
          const user = await aUser(db, { credits: 4 });
          const ledger = new LedgerUnderTest(db, user);
          await Promise.all(operations.map((one) => ledger.apply(one)));
          await Promise.all(operations.map((one) => ledger.apply(one)));
          expect(await balanceOf(db, user)).toBeGreaterThanOrEqual(0);
          await expectCleanAudit(db);
        },
      ),
      { numRuns: 10 },
    );
  });
});
