import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { toError } from '../errors.js';
import { logger } from '../logging.js';
import { defineGauge, type GaugeDefinition } from './definitions.js';
import { Metrics, sample, startTimer, type Sample } from './metrics.js';

/** What one module reads of its tables for /metrics. */
export interface Figure {
  /** The module that owns the tables. */
  readonly name: string;
  readonly gauges: readonly GaugeDefinition[];
  /** Bounded statements that use indexes; each may take 2 s, and all of it 10 s. */
  read(manager: EntityManager): Promise<Sample[]>;
  /** For how long what was read is shown without being read again; 15 s where it is not said. */
  readonly keptMs?: number;
}

/** What was read of a figure, and when it is to be read again. */
interface Reading {
  samples: Sample[];
  isUp: boolean;
  tookS: number;
  dueAtMs: number;
}

const KEPT_MS = 15_000;
const STATEMENT_TIMEOUT_MS = 2_000;
/** Whoever asks for /metrics waits no longer than that; what is read then is shown the next time. */
const READ_WAIT_MS = 4_000;
/** A figure of several statements, each of them slow; also the limit of what is read elsewhere, such as a disk that hangs. */
const READ_LIMIT_MS = 10_000;

const UP = defineGauge({
  name: 'neurocards_figures_up',
  help: 'Whether the last reading of these figures from the database succeeded (1) or not (0). Shown by the role scheduler only.',
  labels: { figures: 'any' },
});
const DURATION = defineGauge({
  name: 'neurocards_figures_read_duration_seconds',
  help: 'How long the last reading of these figures from the database took.',
  labels: { figures: 'any' },
});

/**
 * The figures that are read from the database rather than counted. Only modules of the role `scheduler` register any, so that one
 * place reads them. A reading that fails is shown as one, and its old values are not.
 */
@Injectable()
export class Figures implements OnModuleInit {
  /** In milliseconds, for tests too. */
  protected readonly waitMs: number = READ_WAIT_MS;
  protected readonly readLimitMs: number = READ_LIMIT_MS;
  private readonly log = logger('figures');
  private readonly known: Figure[] = [];
  private readonly readings = new Map<string, Reading>();
  /** Those whose last reading was given up and has not ended: another one would hang beside it. */
  private readonly hanging = new Set<string>();
  private reading: Promise<void> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.register({ gauges: [UP, DURATION], read: () => this.samplesOfReading() });
  }

  /** Adds what a module shows. */
  register(figure: Figure): void {
    this.known.push(figure);
    this.metrics.register({ gauges: figure.gauges, read: () => this.samplesOf(figure) });
  }

  private async samplesOf({ name }: Figure): Promise<Sample[]> {
    await this.refresh();
    return this.readings.get(name)?.samples ?? [];
  }

  private async samplesOfReading(): Promise<Sample[]> {
    await this.refresh();
    return [...this.readings].flatMap(([figures, { isUp, tookS }]) => [
      sample(UP, { figures }, isUp ? 1 : 0),
      sample(DURATION, { figures }, tookS),
    ]);
  }

  /** Reads what is due, once for all who ask at the same time. */
  private async refresh(): Promise<void> {
    if (!this.reading) {
      const due = this.known.filter(
        ({ name }) => (this.readings.get(name)?.dueAtMs ?? 0) <= performance.now(),
      );
      if (due.length === 0) return;
      this.reading = this.readAll(due).finally(() => {
        this.reading = null;
      });
    }
    await within(this.waitMs, this.reading);
  }

  /** One after the other: never more than one connection. */
  private async readAll(figures: readonly Figure[]): Promise<void> {
    for (const figure of figures) {
      const timer = startTimer();
      const samples = await this.tryRead(figure);
      const dueAtMs = performance.now() + (samples ? (figure.keptMs ?? KEPT_MS) : KEPT_MS);
      this.readings.set(figure.name, {
        samples: samples ?? [],
        isUp: samples !== null,
        tookS: timer(),
        dueAtMs,
      });
    }
  }

  private async tryRead(figure: Figure): Promise<Sample[] | null> {
    try {
      if (this.hanging.has(figure.name)) throw new Error('The last reading has not ended');
      return await this.dataSource.transaction(async (manager) => {
        await manager.query(
          `set transaction read only; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
        );
        return this.readInTime(figure, manager);
      });
    } catch (error) {
      this.log.warn({ err: toError(error), figures: figure.name }, 'Figures for /metrics could not be read');
      return null;
    }
  }

  /** The connection goes back to its pool, whatever the reading still waits for. */
  private async readInTime(figure: Figure, manager: EntityManager): Promise<Sample[]> {
    this.hanging.add(figure.name);
    const reading = figure.read(manager).finally(() => this.hanging.delete(figure.name));
    const samples = await within(this.readLimitMs, reading);
    if (samples === 'late') throw new Error(`Not read in ${this.readLimitMs} ms`);
    return samples;
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
