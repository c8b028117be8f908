/** One line of Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface MetricSample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** All samples of a page of metrics; comments are left out. */
export function parseMetrics(page: string): MetricSample[] {
  return page.split('\n').flatMap((line) => {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!match) return [];
    const [, name = '', inside = '', value] = match;
    const pairs = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    const labels = Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text]));
    return [{ name, labels, value: Number(value) }];
  });
}

const METRICS_MS_MAX = 10_000;

/** What a running process tells of itself. @throws Error when it does not. */
export async function readMetrics(processUrl: string): Promise<MetricSample[]> {
  const signal = AbortSignal.timeout(METRICS_MS_MAX);
  const response = await fetch(`${processUrl}/metrics`, { signal });
  if (!response.ok) throw new Error(`${processUrl}/metrics answered ${response.status}`);
  return parseMetrics(await response.text());
}

const HANDLED = 'neurocards_queue_handler_duration_seconds_count';

/** How many queue jobs a process has handled, by queue: what was put back and came again counts each time. */
export function handledByQueue(samples: readonly MetricSample[]): Map<string, number> {
  const handled = new Map<string, number>();
  for (const { name, labels, value } of samples) {
    const queue = labels['queue'];
    if (name === HANDLED && queue !== undefined) handled.set(queue, (handled.get(queue) ?? 0) + value);
  }
  return handled;
}
