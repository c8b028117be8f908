import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reads the rows that were there before their constraints, as `not valid` has put off: in a migration of its own people go on writing
 * meanwhile.
 */
export class CheckedRows1795651200805 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table jobs validate constraint jobs_sending_again_wants_waking,
        validate constraint jobs_failure_reason_check;
      alter table payments validate constraint payments_by_hand_only_if_parked;
      alter table stored_photos validate constraint stored_photos_path_check;
    `);
  }

  /** A constraint does not forget that it holds. */
  async down(): Promise<void> {}
}
