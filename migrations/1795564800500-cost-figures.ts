import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a job's parts cost, as far as they are told: tokens of language models, and KIE's list price where KIE itself says nothing. */
export class CostFigures1795564800500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table jobs
        add column prompt_tokens_in integer check (prompt_tokens_in >= 0),
        add column prompt_tokens_out integer check (prompt_tokens_out >= 0),
        add column photo_tokens_in integer check (photo_tokens_in >= 0),
        add column photo_tokens_out integer check (photo_tokens_out >= 0);
      alter table photo_looks
        add column tokens_in integer check (tokens_in >= 0),
        add column tokens_out integer check (tokens_out >= 0);
      alter table kie_tasks add column credits_listed numeric(12, 2) check (credits_listed >= 0);

      comment on column jobs.prompt_tokens_in is 'Of all answers on the way to the prompt; null where no language model has answered.';
      comment on column jobs.photo_tokens_in is 'Of the look at the photo, in the first job that was made of it.';
      comment on column photo_looks.tokens_in is 'Until a job takes them over.';
      comment on column kie_tasks.credits_listed is 'What the catalogue said a video of this model costs when the task was made.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table kie_tasks drop column credits_listed;
      alter table photo_looks drop column tokens_out, drop column tokens_in;
      alter table jobs drop column photo_tokens_out, drop column photo_tokens_in,
        drop column prompt_tokens_out, drop column prompt_tokens_in;
    `);
  }
}
