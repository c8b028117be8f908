import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Figures, sample, type Sample } from '../../platform/index.js';

/** Everybody is counted, which takes longer the more there are. */
const KEPT_MS = 5 * 60_000;

const USERS = defineGauge({
  name: 'neurocards_users',
  help: 'People who are registered, erased ones aside, and those of them who blocked the bot.',
  labels: { state: ['registered', 'blocked'] },
});

/** How many people there are. */
@Injectable()
export class UsersFigures implements OnModuleInit {
  constructor(private readonly figures: Figures) {}

  onModuleInit(): void {
    this.figures.register({ name: 'users', gauges: [USERS], read: readUsers, keptMs: KEPT_MS });
  }
}

async function readUsers(manager: EntityManager): Promise<Sample[]> {
  // An erased row has no Telegram id, so that the index of those ids is all that is read.
  const [row] = await manager.query<{ registered: number; blocked: number }[]>(
    `select (select count(*)::int from users where tg_user_id is not null) as registered,
            (select count(*)::int from users where blocked_at is not null and erased_at is null) as blocked`,
  );
  if (!row) return [];
  return [
    sample(USERS, { state: 'registered' }, row.registered),
    sample(USERS, { state: 'blocked' }, row.blocked),
  ];
}
