import { plain } from '../../../ui/words/words.rules.js';
import { lookAtCalls } from './calls-view.js';
import { PROVIDERS, toggled, type CallList, type CallsView } from './calls.rules.js';

/** Which calls are shown: providers, each on or off (none: all), and whether only failures, whether routine calls too. */
export function CallFilters({ list, view }: { list: CallList; view: CallsView }) {
  return (
    <div class="panel-filters" role="group" aria-label="Show calls">
      {PROVIDERS.map((provider) => (
        <Filter
          key={provider}
          label={plain('provider', provider)}
          count={list.counts[provider]}
          isOn={view.providers.has(provider)}
          onToggle={() => lookAtCalls({ providers: toggled(view.providers, provider) })}
        />
      ))}
      <Filter
        label="Only failures"
        count={list.failures}
        isOn={view.onlyFailures}
        onToggle={() => lookAtCalls({ onlyFailures: !view.onlyFailures })}
      />
      <Filter
        label="Routine"
        count={list.routine}
        isOn={view.withRoutine}
        onToggle={() => lookAtCalls({ withRoutine: !view.withRoutine })}
      />
    </div>
  );
}

function Filter(props: { label: string; count: number; isOn: boolean; onToggle: () => void }) {
  const { label, count, isOn, onToggle } = props;
  return (
    <button type="button" class="panel-filter" aria-pressed={isOn} onClick={onToggle}>
      {label} <span class="panel-filter-count">{count}</span>
    </button>
  );
}
