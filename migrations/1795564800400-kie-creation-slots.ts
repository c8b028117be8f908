import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when each of the creations that KIE counts now takes a place of the account's limit: one row, because all keys count as one account. */
export class KieCreationSlots1795564800400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kie_creation_slots (
        account    text primary key,
        busy_until timestamptz[] not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kie_creation_slots;');
  }
}
