import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the account behind each key of KIE had when it was last asked (`credits`, `read_at`), since when that is too little (`low_since`),
 * and since when no answer came (`failed_since`). Only fingerprints are stored.
 */
export class KieBalances1795564800410 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kie_balances (
        fingerprint  text primary key,
        credits      double precision,
        read_at      timestamptz,
        low_since    timestamptz,
        failed_since timestamptz,
        ask_at       timestamptz not null,
        constraint kie_balances_read_once check ((credits is null) = (read_at is null)),
        constraint kie_balances_low_is_read check (low_since is null or read_at is not null)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kie_balances;');
  }
}
