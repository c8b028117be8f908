import { describe, expect, it } from 'vitest';
import { defineCounter, defineGauge, defineHistogram } from './definitions.js';
import { Metrics, sample, type Sample } from './metrics.js';

const TAPS = defineCounter({
  name: 'neurocards_test_taps_total',
  help: 'Of the tests.',
  labels: { outcome: ['done', 'failed'] },
});
const CALLS = defineCounter({
  name: 'neurocards_test_calls_total',
  help: 'Of the tests.',
  labels: { method: 'any' },
});
const SECONDS = defineHistogram({
  name: 'neurocards_test_duration_seconds',
  help: 'Of the tests.',
  labels: {},
  buckets: [0.1, 1],
});
const OPEN = defineGauge({ name: 'neurocards_test_open', help: 'Of the tests.', labels: { step: 'any' } });
const OLDEST = defineGauge({ name: 'neurocards_test_oldest_seconds', help: 'Of the tests.', labels: {} });

/** The lines of our tests' metrics, without comments. */
async function linesOf(metrics: Metrics): Promise<string[]> {
  const lines = (await metrics.expose()).split('\n');
  return lines.filter((line) => line.startsWith('neurocards_test_'));
}

describe('a definition', () => {
  const about = { help: 'Of the tests.', labels: {} };

  it('keeps the conventions of names', () => {
    expect(() => defineCounter({ name: 'neurocards_test_wrong', ...about })).toThrow('ends in _total');
    expect(() => defineGauge({ name: 'neurocards_test_wrong_total', ...about })).toThrow('only a counter');
    expect(() => defineGauge({ name: 'test_wrong', ...about })).toThrow('begins with neurocards_');
  });

  it('has a name of its own', () => {
    expect(() => defineGauge({ name: 'neurocards_test_open', ...about })).toThrow('Two metrics');
  });
});

describe('metrics', () => {
  it('begin at 0 where all labels are known, so that a first failure is an increase', async () => {
    const metrics = new Metrics();
    metrics.count(TAPS, { outcome: 'failed' });
    metrics.count(CALLS, { method: 'getMe' }, 2);
    metrics.observe(SECONDS, {}, 0.5);
    expect(await linesOf(metrics)).toEqual([
      'neurocards_test_taps_total{outcome="done"} 0',
      'neurocards_test_taps_total{outcome="failed"} 1',
      'neurocards_test_calls_total{method="getMe"} 2',
      'neurocards_test_duration_seconds_bucket{le="0.1"} 0',
      'neurocards_test_duration_seconds_bucket{le="1"} 1',
      'neurocards_test_duration_seconds_bucket{le="+Inf"} 1',
      'neurocards_test_duration_seconds_sum 0.5',
      'neurocards_test_duration_seconds_count 1',
    ]);
  });

  it('of two applications in one process know nothing of each other', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.count(CALLS, { method: 'getMe' });
    expect(await linesOf(one)).toContain('neurocards_test_calls_total{method="getMe"} 1');
    expect(await linesOf(other)).not.toContain('neurocards_test_calls_total{method="getMe"} 1');
  });

  it('show of a gauge what was read last, and nothing where nothing is known', async () => {
    const metrics = new Metrics();
    let known: Sample[] = [sample(OPEN, { step: 'create' }, 3), sample(OLDEST, {}, 7)];
    metrics.register({ gauges: [OPEN, OLDEST], read: () => known });
    const gauges = async () => (await linesOf(metrics)).filter((line) => /_open|_oldest/.test(line));
    expect(await gauges()).toEqual([
      'neurocards_test_open{step="create"} 3',
      'neurocards_test_oldest_seconds 7',
    ]);
    known = [sample(OPEN, { step: 'deliver' }, 1)];
    expect(await gauges()).toEqual(['neurocards_test_open{step="deliver"} 1']);
    known = [];
    expect(await gauges()).toEqual([]);
  });

  it('tell of the process what everybody asks: memory, processor, event loop', async () => {
    const text = await new Metrics().expose();
    for (const name of [
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    // Twice the same name would be refused by whoever reads it.
    const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
  });
});
