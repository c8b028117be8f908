import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';

/** What the answers of language models took. */
export interface Tokens {
  tokensIn: number;
  tokensOut: number;
}

/** What is counted of a job's costs beside its tasks; the view `job_costs` shows all of it. */
@Injectable()
export class JobCostsRepository {
  /**
   * Adds what the words of a job took, whatever became of the job meanwhile, and takes over what the look at its photo took, unless
   * another job has. One statement, which locks the look before the job, as an erasure does.
   */
  async addTokens(manager: EntityManager, jobId: string, words: Tokens | null): Promise<void> {
    await manager.query(
      `with look as (
         select l.photo_path, l.tokens_in, l.tokens_out from photo_looks l join jobs j on j.photo_path = l.photo_path
          where j.id = $1 and l.tokens_in is not null
            for update of l),
       emptied as (
         update photo_looks l set tokens_in = null, tokens_out = null from look where l.photo_path = look.photo_path)
       update jobs j
          set prompt_tokens_in = coalesce(j.prompt_tokens_in + $2, $2, j.prompt_tokens_in),
              prompt_tokens_out = coalesce(j.prompt_tokens_out + $3, $3, j.prompt_tokens_out),
              photo_tokens_in = coalesce((select tokens_in from look), j.photo_tokens_in),
              photo_tokens_out = coalesce((select tokens_out from look), j.photo_tokens_out)
        where j.id = $1 and ($2::int is not null or exists (select from look))`,
      [jobId, words?.tokensIn ?? null, words?.tokensOut ?? null],
    );
  }
}
