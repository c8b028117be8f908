import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { ROLES } from './env.schema.js';
import { Env } from './env.js';
import { judge, Readiness } from './health/index.js';
import { defineGauge, Metrics, sample, type Sample } from './metrics/index.js';
import { QueueConnection } from './queues/index.js';

const READY = defineGauge({
  name: 'neurocards_ready',
  help: 'Whether this process has what it needs (1) or not (0), by the checks of /health/ready.',
  labels: { check: 'any' },
});
const ROLE = defineGauge({
  name: 'neurocards_process_role',
  help: 'Shown by each process for each role that it plays, always as 1.',
  labels: { role: ROLES },
});
const CONNECTIONS = defineGauge({
  name: 'neurocards_database_connections',
  help: 'Connections to PostgreSQL that this process holds: those of the application, and those of queues on PostgreSQL.',
  labels: { pool: ['application', 'queues'], state: ['busy', 'idle'] },
});
const CONNECTIONS_MAX = defineGauge({
  name: 'neurocards_database_connections_max',
  help: 'Connections to PostgreSQL that this process may hold.',
  labels: { pool: ['application', 'queues'] },
});
const WAITING = defineGauge({
  name: 'neurocards_database_waiting',
  help: 'Who waits in this process for a connection to PostgreSQL.',
  labels: { pool: ['application', 'queues'] },
});

type PoolName = 'application' | 'queues';

/** How this process stands: what it lacks, and how busy its connections are. */
@Injectable()
export class ProcessGauges implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queues: QueueConnection,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.metrics.register({
      gauges: [ROLE],
      read: () => this.env.ROLES.map((role) => sample(ROLE, { role }, 1)),
    });
    this.metrics.register({ gauges: [READY], read: () => this.readChecks() });
    this.metrics.register({ gauges: [CONNECTIONS, CONNECTIONS_MAX, WAITING], read: () => this.readPools() });
  }

  private readChecks(): Promise<Sample[]> {
    return Promise.all(
      this.readiness
        .checks()
        .map(async (check) => sample(READY, { check: check.name }, (await judge(check)) === null ? 1 : 0)),
    );
  }

  private readPools(): Sample[] {
    const { master } = this.dataSource.driver as unknown as { master?: Pool };
    return [...samplesOf('application', master), ...samplesOf('queues', this.queues.postgresPool)];
  }
}

function samplesOf(pool: PoolName, used: Pool | undefined): Sample[] {
  if (!used) return [];
  return [
    sample(CONNECTIONS, { pool, state: 'busy' }, used.totalCount - used.idleCount),
    sample(CONNECTIONS, { pool, state: 'idle' }, used.idleCount),
    sample(CONNECTIONS_MAX, { pool }, used.options.max),
    sample(WAITING, { pool }, used.waitingCount),
  ];
}
