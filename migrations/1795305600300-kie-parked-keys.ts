import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys of KIE that are out of use, for every worker alike: out of money until a look at the balance says otherwise
 * (`ask_at`), or without access until the configured keys change (`configuration`). A key that was given back keeps its row: if it is
 * refused again soon, that is the same outage, and the next look comes later. Only fingerprints are stored.
 */
export class KieParkedKeys1795305600300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kie_parked_keys (
        fingerprint   text primary key,
        reason        text not null check (reason in ('money', 'access')),
        configuration text not null,
        refused_with  text not null,
        parked_at     timestamptz not null default now(),
        ask_at        timestamptz,
        released_at   timestamptz,
        times         integer not null default 1 check (times >= 1),
        constraint kie_parked_keys_money_is_asked check ((reason = 'money') = (ask_at is not null))
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kie_parked_keys;');
  }
}
