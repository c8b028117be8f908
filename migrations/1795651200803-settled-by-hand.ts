import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `settled_by_hand_at`: since when nothing more is to be done about a payment that was paid otherwise than it was sold, as an operator
 * says. It stays `pending`, for nothing was granted, and nothing can be any more. The rows that are there are read later (1795651200805).
 */
export class SettledByHand1795651200803 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table payments add column settled_by_hand_at timestamptz;
      alter table payments add constraint payments_by_hand_only_if_parked
        check (settled_by_hand_at is null or (parked_reason is not null and status = 'pending')) not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table payments drop column settled_by_hand_at;');
  }
}
