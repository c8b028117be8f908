import type { QueueCounts } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { plain } from '../../../ui/words/words.rules.js';
import { queueBars, type QueueBar } from './queue-bars.rules.js';

/** The wake-ups of each queue. */
export function Queues({ queues }: { queues: readonly QueueCounts[] }) {
  return (
    <section aria-labelledby="panel-queues">
      <h3 id="panel-queues">Queues</h3>
      {queues.length === 0 && <Empty>Nothing is known of the queues yet.</Empty>}
      {queues.length > 0 && (
        <table class="panel-table panel-queues">
          <thead>
            <tr>
              <th scope="col">Wake-ups to…</th>
              <td />
              <th scope="col" class="panel-number">
                Active
              </th>
              <th scope="col" class="panel-number">
                Waiting
              </th>
              <th scope="col" class="panel-number">
                Later
              </th>
            </tr>
          </thead>
          <tbody>
            {queueBars(queues).map((bar) => (
              <Queue key={bar.queue.name} {...bar} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Queue({ queue, parts }: QueueBar) {
  const { name, waiting, active, delayed } = queue;
  return (
    <tr>
      <th scope="row" title={name}>
        {plain('queue', name)}
      </th>
      <td>
        <svg class="panel-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          {parts.map(({ part, x, width }) => (
            <rect key={part} class={`panel-bar-${part}`} x={x} y={0} width={width} height={6} />
          ))}
        </svg>
      </td>
      <Count of={active} />
      <Count of={waiting} />
      <Count of={delayed} />
    </tr>
  );
}

function Count({ of }: { of: number }) {
  return <td class={`panel-number ${of === 0 ? 'panel-soft' : ''}`}>{of}</td>;
}
