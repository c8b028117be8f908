import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  listDefinitions,
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  type Labels,
  type LabelsOf,
  type MetricDefinition,
} from './definitions.js';
import { processExposition } from './process-exposition.js';

/** What a gauge shows; made by `sample`. */
export interface Sample {
  readonly gauge: GaugeDefinition;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Gauges that are read when /metrics is asked for. */
export interface GaugeSource {
  readonly gauges: readonly GaugeDefinition[];
  /** All that they show now: what is not among it is not shown any more. Never rejects. */
  read(): Promise<Sample[]> | Sample[];
}

/** Series that stand at 0 before anything happened; a counter with more combinations begins each with its first time. */
const SERIES_AT_START_MAX = 100;

/** One value of a gauge, its labels checked by their types. */
export function sample<L extends Labels>(
  gauge: GaugeDefinition<L>,
  labels: LabelsOf<L>,
  value: number,
): Sample {
  return { gauge, labels, value };
}

/** Measures from now on. @returns the seconds since then. */
export function startTimer(): () => number {
  const startedMs = performance.now();
  return () => (performance.now() - startedMs) / 1000;
}

/** The door to /metrics: what modules count and measure. One registry per application, since tests run several in one process. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly histograms = new Map<string, Histogram>();
  private readonly gauges = new Map<string, Gauge>();
  private readonly sources: GaugeSource[] = [];

  constructor() {
    for (const definition of listDefinitions()) this.create(definition);
  }

  /** Counts one time, or `by` times, that something happened. */
  count<L extends Labels>(counter: CounterDefinition<L>, labels: LabelsOf<L>, by = 1): void {
    this.counters.get(counter.name)?.inc(labels, by);
  }

  /** Notes how long something took, or how large it was, in the unit of the name. */
  observe<L extends Labels>(histogram: HistogramDefinition<L>, labels: LabelsOf<L>, value: number): void {
    this.histograms.get(histogram.name)?.observe(labels, value);
  }

  /** Adds gauges that are read at each look at /metrics. */
  register(source: GaugeSource): void {
    this.sources.push(source);
  }

  /** Everything in Prometheus's text format 0.0.4, this process's own figures included. */
  async expose(): Promise<string> {
    // Asked at the same time: the longest wait is the only one.
    const samples = await Promise.all(this.sources.map(async (source) => source.read()));
    for (const [index, source] of this.sources.entries()) this.show(source, samples[index] ?? []);
    return `${await this.registry.metrics()}\n${await processExposition()}`;
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private show({ gauges }: GaugeSource, samples: readonly Sample[]): void {
    for (const gauge of gauges) this.clear(gauge);
    for (const { gauge, labels, value } of samples) this.gauges.get(gauge.name)?.set(labels, value);
  }

  private create(definition: MetricDefinition): void {
    const { name, help, labels } = definition;
    const settings = { name, help, labelNames: Object.keys(labels), registers: [this.registry] };
    switch (definition.kind) {
      case 'counter': {
        const counter = new Counter(settings);
        // The first failure is an increase only where there was a 0 before it.
        for (const combination of combinationsOf(labels)) counter.inc(combination, 0);
        this.counters.set(name, counter);
        return;
      }
      case 'histogram':
        this.histograms.set(name, new Histogram({ ...settings, buckets: [...definition.buckets] }));
        return;
      case 'gauge': {
        this.gauges.set(name, new Gauge(settings));
        this.clear(definition);
      }
    }
  }

  private clear({ name, labels }: GaugeDefinition): void {
    const gauge = this.gauges.get(name);
    // Reset, one without labels would say 0, and 0 is not the same as nothing known.
    if (Object.keys(labels).length === 0) gauge?.remove();
    else gauge?.reset();
  }
}

/** Every combination of values; none where a label may have any, or where there are too many. */
function combinationsOf(labels: Labels): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    if (values === 'any') return [];
    combinations = combinations.flatMap((known) => values.map((value) => ({ ...known, [name]: value })));
    if (combinations.length > SERIES_AT_START_MAX) return [];
  }
  return combinations;
}
