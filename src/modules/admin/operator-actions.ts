import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { logger, runInTransaction } from '../../platform/index.js';
import type { OperatorAction } from './operator-action.entity.js';
import type { ActionAbout, ActionResult, OperatorRequest, Refusal } from './operator-action.types.js';
import { OperatorActionsRepository, type ActionFilter } from './operator-actions.repository.js';

/** What the work of an action comes to. */
export interface Done {
  outcome: 'done' | Refusal;
  details?: Readonly<Record<string, unknown>>;
}

/** Every action of an operator passes here: once per key, and in one transaction with the row that says who did it and why. */
@Injectable()
export class OperatorActions {
  private readonly log = logger('operators');

  constructor(
    private readonly dataSource: DataSource,
    private readonly actions: OperatorActionsRepository,
  ) {}

  /** Does the work and records it, or answers what came of the same wish before. `work` calls nobody outside of the database. */
  async perform(
    request: OperatorRequest,
    about: ActionAbout,
    work: (manager: EntityManager) => Promise<Done>,
  ): Promise<ActionResult> {
    const result = await runInTransaction(this.dataSource, async (manager) => {
      const before = await this.actions.take(manager, request.key);
      if (before) return repeated(before, about);
      const { outcome, details = {} } = await work(manager);
      await this.actions.insert(manager, request, about, { outcome, details });
      return { outcome, details, repeated: false };
    });
    this.note(request, about, result);
    return result;
  }

  /** For work that has a transaction of its own, in which it calls `record.write`; not where it finds nothing to lock, `not_found`. */
  async performElsewhere(
    request: OperatorRequest,
    about: ActionAbout,
    work: (record: {
      isNew(manager: EntityManager): Promise<boolean>;
      write(manager: EntityManager, outcome: Done['outcome']): Promise<void>;
    }) => Promise<Done['outcome'] | null>,
  ): Promise<ActionResult> {
    const outcome = await work({
      isNew: async (manager) => (await this.actions.take(manager, request.key)) === null,
      write: (manager, outcome) => this.actions.insert(manager, request, about, { outcome, details: {} }),
    });
    if (outcome === 'not_found')
      return this.perform(request, about, () => Promise.resolve<Done>({ outcome }));
    const before = outcome === null ? await this.actions.find(this.dataSource.manager, request.key) : null;
    const result: ActionResult = before
      ? repeated(before, about)
      : { outcome: outcome ?? 'not_found', details: {}, repeated: false };
    this.note(request, about, result);
    return result;
  }

  /** What operators did, the newest first. */
  list(filter: ActionFilter): Promise<OperatorAction[]> {
    return this.actions.list(this.dataSource.manager, filter);
  }

  private note({ operator }: OperatorRequest, about: ActionAbout, { outcome, repeated }: ActionResult): void {
    if (!repeated) this.log.info({ operator, ...about, outcome }, 'An operator did something');
  }
}

function repeated(before: OperatorAction, about: ActionAbout): ActionResult {
  const isSame = before.action === about.action && before.subject === about.subject;
  if (!isSame) return { outcome: 'key_reused', details: {}, repeated: true };
  return { outcome: before.outcome, details: before.details, repeated: true };
}
