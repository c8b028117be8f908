import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { PageState } from '../../../sandbox/page/protocol.js';
// Before the tabs, whose own styles say more.
import '../styles/panel.css';
import './ui/ui.css';
import { AccountTab } from './account/account-tab.js';
import { CallsTab } from './calls/calls-tab.js';
import { JobsTab } from './jobs/jobs-tab.js';
import { RehearseTab } from './rehearse/rehearse-tab.js';
import { Strip } from './strip.js';
import { TabList } from './tab-list.js';
import { isTab, type TabName } from './tabs.rules.js';
import { recall, remember } from '../../ui/storage.js';

const TAB_KEY = 'panel.tab';

const CONTENTS: Readonly<Record<TabName, (state: PageState) => ComponentChild>> = {
  account: (state) => <AccountTab account={state.account} isSomebody={state.personId !== null} />,
  jobs: (state) => <JobsTab account={state.account} queues={state.queues} />,
  calls: (state) => <CallsTab calls={state.calls} />,
  rehearse: (state) => <RehearseTab state={state} />,
};

/** What happens behind the curtain, and how to make it go wrong. Fills its container and scrolls inside. */
export function Panel({ state }: { state: PageState }) {
  const [tab, setTab] = useState<TabName>(() => {
    const name = recall(TAB_KEY);
    return isTab(name) ? name : 'account';
  });
  const choose = (name: TabName) => {
    setTab(name);
    remember(TAB_KEY, name);
  };
  return (
    <section class="panel" aria-labelledby="panel-title">
      <h2 id="panel-title" class="visually-hidden">
        Behind the curtain
      </h2>
      <Strip state={state} onChoose={choose} />
      <TabList tab={tab} onChoose={choose} />
      <div
        key={tab}
        id="panel-content"
        class="panel-content"
        role="tabpanel"
        aria-labelledby={`panel-tab-${tab}`}
        tabIndex={0}
      >
        {CONTENTS[tab](state)}
      </div>
    </section>
  );
}
