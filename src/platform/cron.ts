import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { Env } from './env.js';
import { logger } from './logging.js';

const log = logger('cron');

/** A look that the role `scheduler` repeats every `JOB_CRON_INTERVAL_MS`, never twice at once in one process. */
export abstract class Cron implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Unique among all crons. */
  protected abstract readonly name: string;
  private running: Promise<void> | null = null;

  constructor(
    private readonly schedule: SchedulerRegistry,
    protected readonly env: Env,
  ) {}

  /** One look. What it rejects with is logged: the next one comes soon. */
  protected abstract look(): Promise<void>;

  onApplicationBootstrap(): void {
    const timer = setInterval(() => void this.tick(), this.env.JOB_CRON_INTERVAL_MS);
    this.schedule.addInterval(this.name, timer);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** One look; while one lasts, further calls wait for it and look at nothing themselves. */
  tick(): Promise<void> {
    this.running ??= this.lookAtEach([() => this.look()]).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** One after the other; one that fails is logged and keeps none of the others. */
  protected async lookAtEach(parts: (() => Promise<unknown>)[]): Promise<void> {
    for (const part of parts) {
      try {
        await part();
      } catch (error) {
        log.warn({ err: error, cron: this.name }, 'A look failed; the next one comes soon');
      }
    }
  }
}
