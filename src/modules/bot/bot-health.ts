import { Injectable } from '@nestjs/common';

/** The parts of the bot that can fail by themselves. */
export type BotPart = 'registration' | 'polling' | 'webhook';

/** What keeps the bot from receiving updates now; the readiness check reads it. */
@Injectable()
export class BotHealth {
  private readonly problems = new Map<BotPart, string>();

  /** Notes a part's problem; null: it is well. */
  report(part: BotPart, problem: string | null): void {
    if (problem === null) this.problems.delete(part);
    else this.problems.set(part, problem);
  }

  /** @throws Error naming every problem. */
  check(): void {
    if (this.problems.size === 0) return;
    throw new Error([...this.problems].map(([part, problem]) => `${part}: ${problem}`).join('; '));
  }
}
