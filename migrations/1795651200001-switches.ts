import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators have switched on while everything runs: a row is a switch that is on. */
export class Switches1795651200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table switches (
        name  text primary key check (name <> ''),
        on_at timestamptz not null default clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table switches;');
  }
}
