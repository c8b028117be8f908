import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { Env } from './env.js';

/** A look that the role `scheduler` repeats every `JOB_CRON_INTERVAL_MS`, never twice at once in one process. */
export abstract class Cron implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Unique among all crons. */
  protected abstract readonly name: string;
  private running: Promise<void> | null = null;

  constructor(
    private readonly schedule: SchedulerRegistry,
    protected readonly env: Env,
  ) {}

  /** One look. Logs what fails and never rejects: the next look comes soon. */
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
    this.running ??= this.look().finally(() => {
      this.running = null;
    });
    return this.running;
  }
}
