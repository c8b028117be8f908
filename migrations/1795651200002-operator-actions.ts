import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What operators did, each with its reason: written in the transaction that did it, and never changed. `key` is made by whoever asks, once
 * per wish: a wish that comes again changes nothing.
 */
export class OperatorActions1795651200002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table operator_actions (
        id           bigint generated always as identity primary key,
        key          uuid not null unique,
        operator     text not null check (length(operator) between 1 and 100),
        action       text not null check (action <> ''),
        subject_kind text not null check (subject_kind in ('job', 'user', 'payment', 'kie_key', 'model', 'switch', 'broadcast')),
        subject      text not null check (subject <> ''),
        reason       text not null check (length(btrim(reason)) between 3 and 500),
        outcome      text not null check (outcome <> ''),
        details      jsonb not null default '{}',
        created_at   timestamptz not null default clock_timestamp()
      );

      create index operator_actions_about on operator_actions (subject_kind, subject, id desc);

      create function operator_actions_refuse_change() returns trigger language plpgsql set search_path = public, pg_temp as $$
      begin
        raise exception using errcode = 'NC006', message = format('What operators did is append-only: %s is refused', tg_op);
      end $$;

      create trigger operator_actions_append_only before update or delete or truncate on operator_actions
        for each statement execute function operator_actions_refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table operator_actions; drop function operator_actions_refuse_change();');
  }
}
