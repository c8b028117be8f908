import { TABS, tabAfterKey, type TabName } from './tabs.rules.js';

const LABELS: Readonly<Record<TabName, string>> = {
  account: 'Account',
  jobs: 'Jobs',
  calls: 'Calls',
  rehearse: 'Rehearse',
};

/** The tabs: arrows, Home and End move between them. */
export function TabList({ tab, onChoose }: { tab: TabName; onChoose: (tab: TabName) => void }) {
  const move = (event: KeyboardEvent) => {
    const next = tabAfterKey(tab, event.key);
    if (!next) return;
    event.preventDefault();
    onChoose(next);
    document.getElementById(`panel-tab-${next}`)?.focus();
  };
  return (
    <div class="panel-tabs" role="tablist" aria-label="Behind the curtain" onKeyDown={move}>
      {TABS.map((name) => (
        <button
          key={name}
          id={`panel-tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === tab}
          aria-controls={name === tab ? 'panel-content' : undefined}
          tabIndex={name === tab ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {LABELS[name]}
        </button>
      ))}
    </div>
  );
}
