import { Injectable } from '@nestjs/common';

/** One thing without which this process cannot do its work; `check` throws when it is missing. */
export interface ReadinessCheck {
  name: string;
  check: () => Promise<void> | void;
}

/** What this process, with its roles, needs to be ready. Each part adds its own check when it starts. */
@Injectable()
export class Readiness {
  private readonly known = new Map<string, ReadinessCheck>();

  /** Adds a check; one of the same name is replaced. */
  register(check: ReadinessCheck): void {
    this.known.set(check.name, check);
  }

  checks(): ReadinessCheck[] {
    return [...this.known.values()];
  }
}
