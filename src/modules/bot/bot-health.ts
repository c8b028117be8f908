import { Injectable } from '@nestjs/common';

/** The parts of the bot that can fail by themselves. */
export type BotPart = 'registration' | 'polling' | 'webhook';

/** What keeps the bot from receiving updates now; the readiness check reads it. */
@Injectable()
export class BotHealth {
  private readonly problems = new Map<BotPart, string>();

  /** Notes a part's problem; null: it is well. @returns whether a part is well again that was not. */
  report(part: BotPart, problem: string | null): boolean {
    if (problem === null) return this.problems.delete(part);
    this.problems.set(part, problem);
    return false;
  }

  /** @throws Error naming every problem. */
  check(): void {
    if (this.problems.size === 0) return;
    throw new Error([...this.problems].map(([part, problem]) => `${part}: ${problem}`).join('; '));
  }
}
