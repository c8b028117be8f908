import { effect, signal } from '@preact/signals';
import type { Rehearsal } from '../../../../sandbox/page/protocol.js';
import { page } from '../../state/store.js';
import { metAfter } from './rehearsals.rules.js';

/** Which rehearsals were met since they were last switched on; watched also while another tab is open. */
export const metRehearsals = signal<ReadonlySet<string>>(new Set());

const switchedOffByHand = new Set<string>();
let before: readonly Rehearsal[] = [];

effect(() => {
  const after = page.value?.rehearsals;
  if (!after || after === before) return;
  const met = metAfter(metRehearsals.peek(), { before, after, byHand: switchedOffByHand });
  before = after;
  metRehearsals.value = met;
});

/** Remembers who switches it off, so that going off is not taken for having been met. */
export function noteSwitch(id: string, isOn: boolean): void {
  if (isOn) switchedOffByHand.delete(id);
  else switchedOffByHand.add(id);
}
