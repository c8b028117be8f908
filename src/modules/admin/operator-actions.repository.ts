import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { OperatorAction } from './operator-action.entity.js';
import type { ActionAbout, ActionResult, OperatorRequest } from './operator-action.types.js';

const PAGE_ROWS_MAX = 100;

/** Which actions are listed. */
export interface ActionFilter {
  /** Of one job, person, … */
  about?: Pick<ActionAbout, 'subjectKind' | 'subject'>;
  operator?: string;
  action?: string;
  /** Those before this one. */
  beforeId?: string;
  /** At most 100. */
  limit: number;
}

/** The rows of `operator_actions`, which are only ever added. */
@Injectable()
export class OperatorActionsRepository {
  /** Makes whoever comes with the same key wait for the end of the caller's transaction; the row that the key has, or null. */
  async take(manager: EntityManager, key: string): Promise<OperatorAction | null> {
    await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`operator-action-${key}`]);
    return manager.findOneBy(OperatorAction, { key });
  }

  find(manager: EntityManager, key: string): Promise<OperatorAction | null> {
    return manager.findOneBy(OperatorAction, { key });
  }

  async insert(
    manager: EntityManager,
    request: OperatorRequest,
    about: ActionAbout,
    { outcome, details }: Pick<ActionResult, 'outcome' | 'details'>,
  ): Promise<void> {
    await manager.query(
      `insert into operator_actions (key, operator, action, subject_kind, subject, reason, outcome, details)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[request.key, request.operator, about.action, about.subjectKind, about.subject],
        ...[request.reason.trim(), outcome, JSON.stringify(details)],
      ],
    );
  }

  /** The newest first. */
  list(manager: EntityManager, filter: ActionFilter): Promise<OperatorAction[]> {
    const query = manager
      .createQueryBuilder(OperatorAction, 'a')
      .orderBy('a.id', 'DESC')
      .limit(Math.min(Math.max(1, Math.trunc(filter.limit)), PAGE_ROWS_MAX));
    if (filter.about) query.andWhere('a.subjectKind = :subjectKind and a.subject = :subject', filter.about);
    if (filter.operator) query.andWhere('a.operator = :operator', { operator: filter.operator });
    if (filter.action) query.andWhere('a.action = :action', { action: filter.action });
    if (filter.beforeId) query.andWhere('a.id < :beforeId', { beforeId: filter.beforeId });
    return query.getMany();
  }
}
