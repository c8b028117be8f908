import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row for each comparison of our payments, the provider's lists and the credit history. A slot is a span of the interval in
 * which one process makes it; one that was left unfinished is taken over as the next attempt. `differences` holds the first ones,
 * `differences_total` says how many there are; `next_offset` is where the list of Stars goes on.
 */
export class PaymentReconciliations1795392000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payment_reconciliations (
        id          bigint generated always as identity primary key,
        provider    text not null check (provider in ('yookassa', 'telegram_stars')),
        slot        bigint not null,
        from_at     timestamptz not null,
        to_at       timestamptz not null,
        attempt     integer not null default 1 check (attempt >= 1),
        started_at  timestamptz not null,
        claimed_at  timestamptz not null,
        finished_at timestamptz,
        counts      jsonb not null default '{}',
        differences jsonb not null default '[]',
        differences_total integer not null default 0 check (differences_total >= 0),
        next_offset integer not null default 0 check (next_offset >= 0),
        last_error  text,
        constraint payment_reconciliations_once_per_slot unique (provider, slot),
        constraint payment_reconciliations_forwards check (from_at < to_at)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payment_reconciliations;');
  }
}
