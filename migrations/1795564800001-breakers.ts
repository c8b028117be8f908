import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is out of order and left alone for a while, by every process alike: a model of KIE, a provider of prompts. A row stays when its
 * time is over: what fails again soon after is the same outage, and is left alone for longer.
 */
export class Breakers1795564800001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table breakers (
        name       text primary key,
        reason     text not null,
        opened_at  timestamptz not null default clock_timestamp(),
        open_until timestamptz not null,
        times      integer not null default 1 check (times >= 1),
        constraint breakers_open_for_a_while check (open_until > opened_at)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table breakers;');
  }
}
