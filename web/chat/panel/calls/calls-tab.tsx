import type { ProviderCall } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { CallFilters } from './call-filters.js';
import { CallRow } from './call-row.js';
import './calls.css';
import { callsView, lookAtCalls } from './calls-view.js';
import { listCalls, type CallList } from './calls.rules.js';

/** What the application asks of its providers, as it happens. */
export function CallsTab({ calls }: { calls: readonly ProviderCall[] }) {
  const view = callsView.value;
  const list = listCalls(calls, view);
  return (
    <section aria-labelledby="panel-calls">
      <Controls calls={calls} isStopped={view.stopped !== null} heldBack={list.heldBack} />
      <CallFilters list={list} view={view} />
      {list.calls.length === 0 && <NoCalls list={list} isCleared={view.clearedTo !== null} />}
      <ul class="panel-list panel-calls">
        {list.calls.map((call) => (
          <CallRow key={call.id} call={call} />
        ))}
      </ul>
    </section>
  );
}

function Controls(props: { calls: readonly ProviderCall[]; isStopped: boolean; heldBack: number }) {
  const { calls, isStopped, heldBack } = props;
  const clear = () => lookAtCalls({ clearedTo: calls.at(-1)?.id ?? null, stopped: isStopped ? calls : null });
  return (
    <header class="panel-row">
      <h3 id="panel-calls">Calls to providers</h3>
      <button
        type="button"
        class="panel-button"
        onClick={() => lookAtCalls({ stopped: isStopped ? null : calls })}
      >
        <Icon name={isStopped ? 'play' : 'pause'} />
        {isStopped ? `Resume, ${heldBack} new` : 'Pause'}
      </button>
      <button type="button" class="panel-button" onClick={clear}>
        Clear
      </button>
      <span class="visually-hidden" role="status">
        {isStopped && 'The list is paused.'}
      </span>
    </header>
  );
}

function NoCalls({ list, isCleared }: { list: CallList; isCleared: boolean }) {
  const isFiltered = Object.values(list.counts).some((count) => count > 0);
  if (isFiltered) return <Empty>No call fits the filter.</Empty>;
  if (isCleared) return <Empty>Cleared. The next calls come here.</Empty>;
  return <Empty>No call yet. Write to the bot, and see what it asks of Telegram.</Empty>;
}
