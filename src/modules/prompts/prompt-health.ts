import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Breakers, Env, logger } from '../../platform/index.js';
import type { CallFailure, ProviderSource } from './prompt.types.js';
import { needsOperator } from './provider-health.rules.js';
import { describeFailure } from './provider-call.js';

/** A provider that refuses us until an operator mends it. */
export interface RefusingProvider {
  source: ProviderSource;
  /** Status and code of its answer, never its message. */
  text: string;
  /** When the outage began, however often it was asked since. */
  since: Date;
}

const PREFIX = 'prompts:';
/** A prompt waits no longer for the database than that, each time. */
const DATABASE_TIMEOUT_MS = 1_000;

/** Which language models are left alone, known to every process alike: what one was refused, no other asks for. */
@Injectable()
export class PromptHealth {
  private readonly log = logger('prompt-health');

  constructor(
    private readonly dataSource: DataSource,
    private readonly breakers: Breakers,
    private readonly env: Env,
  ) {}

  /** The providers that are left alone now, the longest outage first. */
  async listRefusing(manager: EntityManager): Promise<RefusingProvider[]> {
    const open = await this.breakers.listOpen(manager, PREFIX);
    return open.map(({ name, reason, openedAt }) => ({
      source: name.slice(PREFIX.length) as ProviderSource,
      text: reason,
      since: openedAt,
    }));
  }

  /** The same as a set. Never throws: with the database in trouble all providers are asked. */
  async findRefusing(): Promise<ReadonlySet<ProviderSource>> {
    const refusing = await this.attempt(this.listRefusing(this.dataSource.manager));
    return new Set(refusing?.map(({ source }) => source));
  }

  /** Leaves a provider alone for `OPENAI_BREAKER_MS` and longer, if only an operator can mend its failure. Never throws. */
  async report(source: ProviderSource, failure: CallFailure | undefined): Promise<void> {
    if (!failure || !needsOperator(failure)) return;
    const outage = { reason: describeFailure(failure), pauseMs: this.env.OPENAI_BREAKER_MS };
    await this.attempt(this.breakers.open(this.dataSource.manager, `${PREFIX}${source}`, outage));
  }

  /** What the work gives, or nothing when it fails or takes too long. */
  private attempt<T>(work: Promise<T>): Promise<T | undefined> {
    const quiet = work.catch((err: unknown) => {
      this.log.warn({ err }, 'The state of the language models is not known');
      return undefined;
    });
    return Promise.race([quiet, pause(DATABASE_TIMEOUT_MS, undefined, { ref: false })]);
  }
}
