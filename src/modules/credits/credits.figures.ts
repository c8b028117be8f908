import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Figures, sample, type Sample } from '../../platform/index.js';
import { OPERATION_TYPES, type OperationType } from './credits-history.entity.js';

const MOVED = defineGauge({
  name: 'neurocards_credits_moved',
  help: 'Credits that the rows of the last day moved, by type of operation; below 0 where they were taken.',
  labels: { operation_type: OPERATION_TYPES },
});
const ROWS = defineGauge({
  name: 'neurocards_credits_history_rows',
  help: 'Rows of the credit history of the last day, by type of operation.',
  labels: { operation_type: OPERATION_TYPES },
});

/** All rows of a day are added up, which may be some hundred thousand. */
const DAY_KEPT_MS = 60_000;

/** What the credit history says of the last day. */
@Injectable()
export class CreditsFigures implements OnModuleInit {
  constructor(private readonly figures: Figures) {}

  onModuleInit(): void {
    this.figures.register({ name: 'credits', gauges: [MOVED, ROWS], read: readMoves, keptMs: DAY_KEPT_MS });
  }
}

async function readMoves(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<{ type: OperationType; moved: number; rows: number }[]>(
    `select operation_type as type, sum(amount)::int as moved, count(*)::int as rows
       from credits_history where created_at > now() - interval '1 day' group by 1`,
  );
  return OPERATION_TYPES.flatMap((type) => {
    const row = rows.find((one) => one.type === type);
    const labels = { operation_type: type };
    return [sample(MOVED, labels, row?.moved ?? 0), sample(ROWS, labels, row?.rows ?? 0)];
  });
}
