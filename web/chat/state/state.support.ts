import type { PageState } from '../../../sandbox/page/protocol.js';

/** A page with nobody on it for specs, and whatever else is said of it. */
export function aState(facts: Partial<PageState> = {}): PageState {
  return {
    runId: 'run-1',
    bot: { id: 1, username: 'shop_bot', firstName: 'Shop' },
    people: [],
    newest: [],
    personId: null,
    messages: [],
    commands: [],
    account: null,
    calls: [],
    queues: [],
    rehearsals: [],
    stories: [],
    app: {
      status: 'running',
      note: null,
      isBusy: false,
      url: 'http://127.0.0.1:1',
      logFile: 'app.log',
      scale: 12,
      scaleMax: 100,
      queuesOn: 'PostgreSQL',
      providers: { telegram: '', kie: '', openai: '', yookassa: '' },
    },
    otherKinds: [],
    samples: [],
    ...facts,
  };
}
