import { statfs } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Env, Figures, sample, type Sample } from '../../platform/index.js';

const TO_REMOVE = defineGauge({
  name: 'neurocards_photos_to_remove',
  help: 'Photos whose time is over (old), and folders of erased people (erased), that are still to be removed.',
  labels: { cause: ['old', 'erased'] },
});
const OLDEST = defineGauge({
  name: 'neurocards_photos_to_remove_oldest_seconds',
  help: 'For how long the oldest of them should have been gone; 0 where there is none.',
  labels: { cause: ['old', 'erased'] },
});
const FREE = defineGauge({
  name: 'neurocards_photo_storage_free_bytes',
  help: 'What is free on the disk of the photos, where they are in a folder.',
  labels: {},
});
const SIZE = defineGauge({
  name: 'neurocards_photo_storage_size_bytes',
  help: 'The size of the disk of the photos, where they are in a folder.',
  labels: {},
});

/** What is to be removed, and how much room there is. */
@Injectable()
export class PhotosFigures implements OnModuleInit {
  constructor(
    private readonly figures: Figures,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.figures.register({ name: 'photos', gauges: [TO_REMOVE, OLDEST], read: readRemovals });
    if (this.env.STORAGE_TYPE !== 'local') return;
    this.figures.register({ name: 'photo_storage', gauges: [FREE, SIZE], read: () => this.readRoom() });
  }

  private async readRoom(): Promise<Sample[]> {
    const { bavail, blocks, bsize } = await statfs(this.env.STORAGE_BASE_PATH);
    return [sample(FREE, {}, bavail * bsize), sample(SIZE, {}, blocks * bsize)];
  }
}

async function readRemovals(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<{ cause: 'old' | 'erased'; count: number; oldest_s: number }[]>(
    `select 'old' as cause, count(*)::int as count, coalesce(extract(epoch from now() - min(remove_at)), 0)::float8 as oldest_s
       from stored_photos where remove_at <= now()
     union all
     select 'erased', count(*)::int, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from photo_removals`,
  );
  return rows.flatMap(({ cause, count, oldest_s }) => [
    sample(TO_REMOVE, { cause }, count),
    sample(OLDEST, { cause }, oldest_s),
  ]);
}
