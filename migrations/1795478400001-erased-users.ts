import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A person who was erased keeps their row under our own id, for the ledger; of their Telegram id only an HMAC is left, by which a new
 * /start is known. What an erased row may not hold, the schema refuses. There is no way down once somebody was erased.
 */
export class ErasedUsers1795478400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table users
        alter column tg_user_id drop not null,
        add column tg_user_hmac bytea check (octet_length(tg_user_hmac) = 32),
        add column erased_at timestamptz,
        add constraint users_erased_whole check (
          (tg_user_id is null) = (erased_at is not null) and (tg_user_hmac is null) = (erased_at is null)),
        add constraint users_erased_is_empty check (
          erased_at is null or (coalesce(username, first_name, last_name, email) is null and credits = 0));

      create index users_erased on users (tg_user_hmac) where tg_user_hmac is not null;
      -- By these an erasure finds what is the person's.
      create index progress_messages_of_user on progress_messages (user_id);
      create index payment_refunds_of_payer on payment_refunds (payer_tg_user_id) where payer_tg_user_id is not null;
      comment on column users.tg_user_hmac is 'HMAC-SHA256 of the decimal Telegram id under USER_HMAC_KEY.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index payment_refunds_of_payer, progress_messages_of_user, users_erased;
      alter table users
        drop constraint users_erased_is_empty, drop constraint users_erased_whole,
        drop column erased_at, drop column tg_user_hmac,
        alter column tg_user_id set not null;
    `);
  }
}
