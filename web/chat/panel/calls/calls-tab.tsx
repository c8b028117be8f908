import type { ProviderCall } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { counted } from '../words/formatting.rules.js';
import { CallFilters } from './call-filters.js';
import { CallRow } from './call-row.js';
import './calls.css';
import { callsView, lookAtCalls } from './calls-view.js';
import { listCalls, type CallList } from './calls.rules.js';

/** What the application asks of its providers, as it happens. */
export function CallsTab({ calls }: { calls: readonly ProviderCall[] }) {
  const view = callsView.value;
  const list = listCalls(calls, view);
  const clear = () =>
    lookAtCalls({ clearedTo: calls.at(-1)?.id ?? null, stopped: view.stopped ? calls : null });
  return (
    <section aria-labelledby="panel-calls">
      <header class="panel-row">
        <h3 id="panel-calls">Calls to providers</h3>
        <button
          type="button"
          class="panel-button"
          onClick={() => lookAtCalls({ stopped: view.stopped ? null : calls })}
        >
          {view.stopped ? '▶ Resume' : '❚❚ Pause'}
        </button>
        <button type="button" class="panel-button" onClick={clear}>
          Clear
        </button>
      </header>
      <CallFilters list={list} view={view} />
      <p class="panel-soft panel-calls-state" role="status">
        {view.stopped && `Paused: ${counted(list.heldBack, 'new call')} since.`}
      </p>
      {list.calls.length === 0 && <NoCalls list={list} isCleared={view.clearedTo !== null} />}
      <ul class="panel-list panel-calls">
        {list.calls.map((call) => (
          <CallRow key={call.id} call={call} />
        ))}
      </ul>
    </section>
  );
}

function NoCalls({ list, isCleared }: { list: CallList; isCleared: boolean }) {
  const isFiltered = Object.values(list.counts).some((count) => count > 0);
  if (isFiltered) return <Empty>No call fits the filter.</Empty>;
  if (isCleared) return <Empty>Cleared. The next calls come here.</Empty>;
  return <Empty>No call yet. Write to the bot, and see what it asks of Telegram.</Empty>;
}
