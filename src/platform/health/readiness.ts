import { Injectable } from '@nestjs/common';

/** One thing without which this process cannot do its work; `check` throws when it is missing. */
export interface ReadinessCheck {
  name: string;
  check: () => Promise<void> | void;
}

const STOPPING: ReadinessCheck = {
  name: 'process',
  check: () => {
    throw new Error('is stopping');
  },
};

/** What this process, with its roles, needs to be ready. Each part adds its own check when it starts. */
@Injectable()
export class Readiness {
  private readonly known = new Map<string, ReadinessCheck>();
  private stopping = false;

  /** Adds a check; one of the same name is replaced. */
  register(check: ReadinessCheck): void {
    this.known.set(check.name, check);
  }

  /** From now on this process is not ready: whoever sends it work should send it elsewhere. */
  beginStop(): void {
    this.stopping = true;
  }

  checks(): ReadinessCheck[] {
    return this.stopping ? [STOPPING] : [...this.known.values()];
  }
}
