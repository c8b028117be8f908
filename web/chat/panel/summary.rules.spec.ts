import { describe, expect, it } from 'vitest';
import type { Account, PageState } from '../../../sandbox/page/protocol.js';
import { aJob, aRehearsal } from './panel.support.js';
import { summaryOf } from './summary.rules.js';

const ACCOUNT: Account = { personId: 1, registered: true, balance: 4, ledger: [], jobs: [], payments: [] };

function aPage(state: Partial<PageState>): PageState {
  const empty = {
    people: [],
    messages: [],
    commands: [],
    calls: [],
    queues: [],
    rehearsals: [],
    stories: [],
  };
  return {
    bot: {},
    personId: 1,
    account: null,
    app: {},
    samples: [],
    ...empty,
    ...state,
  } as unknown as PageState;
}

describe('the page at a glance', () => {
  it('has no balance without an account', () => {
    expect(summaryOf(aPage({})).balance).toBeNull();
    expect(summaryOf(aPage({ account: { ...ACCOUNT, registered: false, balance: 0 } })).balance).toBeNull();
  });

  it('counts what is on its way, what waits, and what will fail', () => {
    const jobs = [aJob({}), aJob({ status: 'processing' }), aJob({ status: 'failed' })];
    const queues = [
      { name: 'send', waiting: 1, active: 5, delayed: 2 },
      { name: 'poll-task', waiting: 0, active: 0, delayed: 1 },
    ];
    const rehearsals = [aRehearsal({ isOn: true }), aRehearsal({ id: 'b' })];
    expect(summaryOf(aPage({ account: { ...ACCOUNT, jobs }, queues, rehearsals }))).toEqual({
      balance: 4,
      videosInFlight: 2,
      queued: 4,
      rehearsalsOn: 1,
    });
  });
});
