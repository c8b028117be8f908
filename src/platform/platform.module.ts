import { Global, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TerminusModule } from '@nestjs/terminus';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Breakers } from './breakers.js';
import { dataSourceOptions } from './database/index.js';
import { Env } from './env.js';
import { HealthController, Readiness } from './health/index.js';
import { Figures, HttpMetrics, Metrics, MetricsController } from './metrics/index.js';
import { ProcessGauges } from './process-gauges.js';
import { QueueConnection, QueuesModule } from './queues/index.js';
import { Switches } from './switches.js';

/** Far above what any statement of the application takes: one that hangs must not hold its caller for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** What every role stands on: the checked environment, PostgreSQL, the queues, health. */
@Global()
@Module({})
export class PlatformModule implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queues: QueueConnection,
    private readonly readiness: Readiness,
  ) {}

  /** @param env from `parseEnv`; nothing else of the process's environment is read. */
  static forRoot(env: Env): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
          load: [() => ({ env })],
        }),
        TypeOrmModule.forRoot({
          ...dataSourceOptions({
            url: env.DATABASE_URL,
            poolMax: env.DATABASE_POOL_MAX,
            statementTimeoutMs: STATEMENT_TIMEOUT_MS,
            applicationName: `neurocards-${env.ROLES.join('+')}`,
          }),
          autoLoadEntities: true,
          retryAttempts: 3,
          retryDelay: 1_000,
        }),
        QueuesModule,
        // The filter already writes a line when a check fails.
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        Readiness,
        Breakers,
        Switches,
        ...[Metrics, Figures, HttpMetrics, ProcessGauges],
        {
          provide: Env,
          inject: [ConfigService],
          useFactory: (config: ConfigService) => config.getOrThrow<Env>('env'),
        },
      ],
      exports: [Env, Readiness, Breakers, Switches, Metrics, Figures, QueuesModule],
    };
  }

  onApplicationBootstrap(): void {
    this.readiness.register({
      name: 'database',
      check: async () => void (await this.dataSource.query('select 1')),
    });
    this.readiness.register({ name: 'queues', check: () => this.queues.ping() });
  }
}
