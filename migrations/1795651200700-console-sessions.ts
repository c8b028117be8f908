import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who is logged into the console, by the HMAC of the session's token under the console's password: a row lets nobody in, and a changed
 * password ends every session. And logins with a wrong password, until they do not count any more.
 */
export class ConsoleSessions1795651200700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table console_sessions (
        token_hmac bytea primary key check (octet_length(token_hmac) = 32),
        operator   text not null check (length(operator) between 1 and 40),
        created_at timestamptz not null default clock_timestamp(),
        expires_at timestamptz not null
      );

      create table console_login_failures (
        id        bigint generated always as identity primary key,
        address   text not null,
        failed_at timestamptz not null default clock_timestamp()
      );

      create index console_login_failures_by_age on console_login_failures (failed_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table console_login_failures, console_sessions;');
  }
}
