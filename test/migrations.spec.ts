import { Column, Entity, PrimaryColumn } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../migrations/index.js';
import { OperatorAction } from '../src/modules/admin/index.js';
import { CreditsHistory } from '../src/modules/credits/index.js';
import { Job, KieTask, PhotoLook } from '../src/modules/jobs/index.js';
import { Notice, ProgressMessage } from '../src/modules/notifications/index.js';
import { Payment, PaymentNotification, PaymentRefund, PricingPlan } from '../src/modules/payments/index.js';
import { User } from '../src/modules/users/index.js';
import { createDataSource } from '../src/platform/index.js';
import { findSchemaDifferences } from './schema-differences.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

/** Every entity of the application: an entity and its table must not drift apart. */
const ENTITIES = [
  ...[User, CreditsHistory, Job, KieTask, PhotoLook, Notice, ProgressMessage],
  ...[Payment, PaymentNotification, PaymentRefund, PricingPlan],
  OperatorAction,
];

/** What a migration can leave behind: tables, sequences, types of their own, functions, triggers. */
const LEFT_OVERS = `
  select relkind::text as kind, relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'S', 'p')
  union all select 'function', proname::text from pg_proc where pronamespace = 'public'::regnamespace
  union all select 'type', typname::text from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')`;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ entities: ENTITIES });
});
afterAll(() => db.drop());

describe('the migrated schema', () => {
  it('has a primary key on every table', async () => {
    const tables = await db.query<{ relname: string }>(
      `select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
       and not exists (select from pg_constraint p where p.conrelid = c.oid and p.contype = 'p')`,
    );
    expect(tables).toEqual([]);
  });

  it('has an index behind every foreign key that its tables are searched by', async () => {
    // Of the others nobody asks "which rows point at this one", and nobody deletes what they point at.
    const unsearched = ['payments.plan_id'];
    const rows = await db.query<{ name: string }>(
      `select c.conrelid::regclass || '.' || a.attname as name from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.contype = 'f' and c.connamespace = 'public'::regnamespace
         and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`,
    );
    expect(rows.map((row) => row.name).sort()).toEqual(unsearched);
  });

  it('has no two indexes that hold the same', async () => {
    // A direction of all columns makes no other index: each is read both ways.
    const twins = await db.query(
      `select i.indrelid::regclass::text as "table", array_agg(i.indexrelid::regclass::text) as names from pg_index i
       join pg_class c on c.oid = i.indexrelid
       where c.relnamespace = 'public'::regnamespace
       group by i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text,
         pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid),
         case when i.indnkeyatts > 1 then i.indoption::text end
       having count(*) > 1`,
    );
    expect(twins).toEqual([]);
  });

  it('equals the entities, column by column', async () => {
    expect(await findSchemaDifferences(db.dataSource)).toEqual([]);
  });

  it('pins the search path of every function, so that no other schema can slip a table under it', async () => {
    const loose = await db.query<{ proname: string }>(
      `select proname from pg_proc where pronamespace = 'public'::regnamespace
       and not coalesce(proconfig::text like '%search_path=public, pg_temp%', false)`,
    );
    expect(loose).toEqual([]);
  });

  it('F-93 sells three plans from one source', async () => {
    const plans = await db.query(
      'select id, credits, price_kopecks from pricing_plans where active order by position',
    );
    expect(plans).toEqual([
      { id: 'starter', credits: 5, price_kopecks: 19_900 },
      { id: 'pro', credits: 20, price_kopecks: 69_900 },
      { id: 'premium', credits: 50, price_kopecks: 149_900 },
    ]);
  });
});

describe('the comparison of entities and schema', () => {
  @Entity('pricing_plans')
  class WrongPlan {
    @PrimaryColumn('text') id!: string;
    @Column('text') credits!: string;
    @Column('text', { name: 'name_ru', nullable: true }) nameRu!: string | null;
    @Column('integer') discount!: number;
  }

  it('names a wrong type, a wrong null, a column too many and one too few', async () => {
    const dataSource = createDataSource({ url: db.url, poolMax: 1, entities: [WrongPlan] });
    await dataSource.initialize();
    const differences = await findSchemaDifferences(dataSource).finally(() => dataSource.destroy());
    expect(differences).toEqual(
      expect.arrayContaining([
        'pricing_plans.credits: integer not null in the schema, text not null in WrongPlan',
        'pricing_plans.name_ru: text not null in the schema, text null in WrongPlan',
        'pricing_plans.discount: missing in the schema, integer not null in WrongPlan',
        'pricing_plans.active: boolean not null in the schema, missing in WrongPlan',
      ]),
    );
  });
});

describe('the migrations', () => {
  it('go down to nothing and up again', async () => {
    const own = await createTestDatabase();
    const dataSource = createDataSource({ url: own.url, poolMax: 1, migrations: MIGRATIONS });
    await dataSource.initialize();
    try {
      const before = await own.query(LEFT_OVERS);
      for (const _ of MIGRATIONS) await dataSource.undoLastMigration();
      const left = await own.query<{ name: string }>(LEFT_OVERS);
      expect(left.map((row) => row.name).sort()).toEqual(['migrations', 'migrations_id_seq']);

      await dataSource.runMigrations();
      expect(await own.query(LEFT_OVERS)).toHaveLength(before.length);
    } finally {
      await dataSource.destroy();
      await own.drop();
    }
  });

  it('are listed oldest first', () => {
    const times = MIGRATIONS.map((migration) => Number(migration.name.slice(-13)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });
});
