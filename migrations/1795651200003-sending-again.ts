import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A video that was sent before, and that an operator has sent once more. The check of the rows is a migration of its own. */
export class SendingAgain1795651200003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table jobs add sending_again boolean not null default false,
        add constraint jobs_sending_again_wants_waking check (not sending_again or wake_at is not null) not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table jobs drop constraint jobs_sending_again_wants_waking, drop sending_again;',
    );
  }
}
