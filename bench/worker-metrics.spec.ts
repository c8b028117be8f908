import { describe, expect, it } from 'vitest';
import { handledByQueue, parseMetrics } from './worker-metrics.js';

const PAGE = `# HELP nodejs_eventloop_lag_p99_seconds The 99th percentile.
# TYPE nodejs_eventloop_lag_p99_seconds gauge
nodejs_eventloop_lag_p99_seconds 0.0112
neurocards_queue_handler_duration_seconds_bucket{le="0.1",queue="send",outcome="done"} 6
neurocards_queue_handler_duration_seconds_count{queue="send",outcome="done"} 7
neurocards_queue_handler_duration_seconds_count{queue="send",outcome="again"} 2
neurocards_queue_handler_duration_seconds_count{queue="poll-task",outcome="done"} 3
`;

describe('the metrics of a process', () => {
  it('are read with their labels', () => {
    const samples = parseMetrics(PAGE);
    expect(samples).toHaveLength(5);
    expect(samples[0]).toEqual({ name: 'nodejs_eventloop_lag_p99_seconds', labels: {}, value: 0.0112 });
    expect(samples[1]?.labels).toEqual({ le: '0.1', queue: 'send', outcome: 'done' });
  });

  it('count what each queue has handled, put back or done', () =>
    expect([...handledByQueue(parseMetrics(PAGE))]).toEqual([
      ['send', 9],
      ['poll-task', 3],
    ]));
});
