import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import { KIE_MODELS } from '../kie/index.js';
import type { UsualTimes } from './progress-lines.rules.js';
import { StandingsRepository } from './standings.repository.js';

/** What was read, and when. */
interface Reading {
  readAtMs: number;
  waitMs: number | null;
  durations: ReadonlyMap<string, number>;
}

/** The estimates of one moment, by model. */
export type UsualTimesOf = (model: string | null) => UsualTimes;

/** How long videos take lately. Each process reads it every half minute at most: transitions must stay cheap. */
@Injectable()
export class RecentTimes {
  private reading: Reading | null = null;

  constructor(
    private readonly standings: StandingsRepository,
    private readonly env: Env,
  ) {}

  async read(manager: EntityManager): Promise<UsualTimesOf> {
    const { waitMs, durations } = await this.fresh(manager);
    const startEveryMs = this.env.KIE_CREATIONS_WINDOW_MS / this.env.KIE_CREATIONS_MAX;
    return (model) => ({ waitMs, durationMs: durations.get(model ?? '') ?? null, startEveryMs });
  }

  private async fresh(manager: EntityManager): Promise<Reading> {
    const nowMs = performance.now();
    if (this.reading && nowMs - this.reading.readAtMs < this.env.RECENT_TIMES_LIFE_MS) return this.reading;
    const models = KIE_MODELS.map(({ id }) => id);
    const durations = await this.standings.usualDurations(manager, models);
    const waitMs = await this.standings.usualWait(manager);
    this.reading = { readAtMs: nowMs, waitMs, durations };
    return this.reading;
  }
}
