/** The values that a label may have; `any` where they show themselves at run time only, and are few all the same. Never ids. */
export type LabelValues = readonly string[] | 'any';
export type Labels = Readonly<Record<string, LabelValues>>;

/** One value for each label. */
export type LabelsOf<L extends Labels> = {
  readonly [Name in keyof L]: L[Name] extends readonly string[] ? L[Name][number] : string;
};

/** What is measured: its name on /metrics, what it means, and its labels. */
interface Definition<L extends Labels> {
  /** As in https://prometheus.io/docs/practices/naming: `neurocards_`, the thing, its unit (`_seconds`, `_bytes`); `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels: L;
}

/** Grows with each time that something happens. */
export interface CounterDefinition<L extends Labels = Labels> extends Definition<L> {
  readonly kind: 'counter';
}

/** How long things took, or how large they were. */
export interface HistogramDefinition<L extends Labels = Labels> extends Definition<L> {
  readonly kind: 'histogram';
  readonly buckets: readonly number[];
}

/** How something stands now. */
export interface GaugeDefinition<L extends Labels = Labels> extends Definition<L> {
  readonly kind: 'gauge';
}

export type MetricDefinition = CounterDefinition | HistogramDefinition | GaugeDefinition;

/** In seconds, for what a request or a call takes. */
export const CALL_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** In seconds, for what a video and its steps take. */
export const VIDEO_BUCKETS_S = [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800];

const NAME = /^neurocards_[a-z]+(_[a-z]+)*$/;

const definitions = new Map<string, MetricDefinition>();

/** Declares a counter, near where it is counted. @throws Error when its name is taken, or breaks the conventions. */
export function defineCounter<const L extends Labels>(given: Definition<L>): CounterDefinition<L> {
  if (!given.name.endsWith('_total')) throw new Error(`${given.name}: a counter ends in _total`);
  return define({ ...given, kind: 'counter' });
}

/** Declares a histogram. @throws Error when its name is taken, or breaks the conventions. */
export function defineHistogram<const L extends Labels>(
  given: Definition<L> & { buckets: readonly number[] },
): HistogramDefinition<L> {
  return define({ ...given, kind: 'histogram' });
}

/** Declares a gauge. @throws Error when its name is taken, or breaks the conventions. */
export function defineGauge<const L extends Labels>(given: Definition<L>): GaugeDefinition<L> {
  if (given.name.endsWith('_total')) throw new Error(`${given.name}: only a counter ends in _total`);
  return define({ ...given, kind: 'gauge' });
}

/** All that this process has loaded. */
export function listDefinitions(): MetricDefinition[] {
  return [...definitions.values()];
}

function define<D extends MetricDefinition>(definition: D): D {
  const { name } = definition;
  if (!NAME.test(name)) throw new Error(`${name}: begins with neurocards_, in small letters`);
  if (definitions.has(name)) throw new Error(`Two metrics are called ${name}`);
  definitions.set(name, definition);
  return definition;
}
