import { SchedulerRegistry } from '@nestjs/schedule';
import { describe, expect, it } from 'vitest';
import { Cron } from './cron.js';
import type { Env } from './env.js';

class Parts extends Cron {
  protected readonly name = 'parts';

  constructor(private readonly parts: (() => Promise<unknown>)[]) {
    super(new SchedulerRegistry(), {} as Env);
  }

  protected look(): Promise<void> {
    return this.lookAtEach(this.parts);
  }
}

class Failing extends Cron {
  protected readonly name = 'failing';
  looks = 0;

  constructor() {
    super(new SchedulerRegistry(), {} as Env);
  }

  protected look(): Promise<void> {
    this.looks += 1;
    return Promise.reject(new Error('The database is away'));
  }
}

describe('a cron', () => {
  it('looks at the other parts although one failed', async () => {
    const seen: string[] = [];
    const part = (name: string) => () => Promise.resolve(seen.push(name));
    const broken = () => Promise.reject(new Error('broken'));
    await new Parts([part('first'), broken, part('last')]).tick();
    expect(seen).toEqual(['first', 'last']);
  });

  it('looks again after a look that failed', async () => {
    const cron = new Failing();
    await cron.tick();
    await cron.tick();
    expect(cron.looks).toBe(2);
  });

  it('never looks twice at once', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let looks = 0;
    const cron = new Parts([
      () => {
        looks += 1;
        return held;
      },
    ]);
    const ticks = [cron.tick(), cron.tick()];
    release();
    await Promise.all(ticks);
    expect(looks).toBe(1);
  });
});
