import { signal } from '@preact/signals';
import type { CallsView } from './calls.rules.js';

/** How the list of calls is looked at; kept while another tab is open. */
export const callsView = signal<CallsView>({
  providers: new Set(),
  onlyFailures: false,
  withRoutine: false,
  stopped: null,
  clearedTo: null,
});

/** Looks at the list in another way. */
export function lookAtCalls(change: Partial<CallsView>): void {
  callsView.value = { ...callsView.value, ...change };
}
