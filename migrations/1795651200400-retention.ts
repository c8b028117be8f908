import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexesConcurrently } from './concurrent-index.js';

const INDEXES = {
  notices_with_payload: "notices (id) where payload <> '{}'",
  progress_messages_closed: 'progress_messages (closed_at) where closed_at is not null',
};

/** By these the schedulers find what was kept for long enough. */
export class Retention1795651200400 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexesConcurrently(runner, INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index progress_messages_closed, notices_with_payload;');
  }
}
