import type { ProviderCall, ProviderName } from '../../../../sandbox/page/protocol.js';
import type { Tone } from '../../../ui/words/words.data.js';

/** The providers, in the order in which an order meets them. */
export const PROVIDERS = ['telegram', 'openai', 'kie', 'yookassa'] as const satisfies readonly ProviderName[];

/** What of the calls is shown. */
export interface CallsView {
  /** None: all. */
  providers: ReadonlySet<ProviderName>;
  onlyFailures: boolean;
  /** Whether those that are made all the time are shown too; one that failed always is. */
  withRoutine: boolean;
  /** The calls as they were when the list was stopped; null while it runs. */
  stopped: readonly ProviderCall[] | null;
  /** The last call that was cleared away; null: none was. */
  clearedTo: number | null;
}

/** What a list of calls comes to. */
export interface CallList {
  /** Newest first. */
  calls: ProviderCall[];
  /** By provider, before the filter. */
  counts: Readonly<Record<ProviderName, number>>;
  failures: number;
  /** Made all the time. */
  routine: number;
  /** How many came since the list was stopped. */
  heldBack: number;
}

/** What an answer says. KIE's own verdict stands in the body, under HTTP 200. */
export interface Verdict {
  text: string;
  tone: Tone;
  isFailure: boolean;
}

/** The list as it is looked at. */
export function listCalls(all: readonly ProviderCall[], view: CallsView): CallList {
  const kept = (view.stopped ?? all).filter(({ id }) => id > clearedTo(all, view));
  const shown = kept.filter((call) => view.withRoutine || !isRoutine(call));
  const counts = { telegram: 0, openai: 0, kie: 0, yookassa: 0 };
  for (const { provider } of shown) counts[provider] += 1;
  const failures = shown.filter((call) => verdictOf(call).isFailure);
  const calls = (view.onlyFailures ? failures : shown).filter(
    ({ provider }) => view.providers.size === 0 || view.providers.has(provider),
  );
  return {
    calls: calls.toReversed(),
    counts,
    failures: failures.length,
    routine: kept.filter(isRoutine).length,
    heldBack: heldBackOf(all, view),
  };
}

/** Whether a call went well, in a word. */
export function verdictOf({ provider, status, response }: ProviderCall): Verdict {
  if (status === 0) return { text: 'no answer', tone: 'bad', isFailure: true };
  if (status >= 400) return { text: String(status), tone: 'bad', isFailure: true };
  const refusal = provider === 'kie' ? refusalIn(response ?? '') : null;
  if (refusal) return { text: refusal, tone: 'bad', isFailure: true };
  return { text: String(status), tone: status >= 200 && status < 300 ? 'good' : 'plain', isFailure: false };
}

/** The set with the item in it, or without it where it was. */
export function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

function isRoutine(call: ProviderCall): boolean {
  return call.isRoutine && !verdictOf(call).isFailure;
}

function heldBackOf(all: readonly ProviderCall[], { stopped, withRoutine }: CallsView): number {
  if (!stopped) return 0;
  const last = stopped.at(-1)?.id ?? 0;
  return all.filter((call) => call.id > last && (withRoutine || !isRoutine(call))).length;
}

/** A sandbox that started again counts from the beginning: what was cleared of the old one hides nothing of the new. */
function clearedTo(all: readonly ProviderCall[], { clearedTo: to }: CallsView): number {
  const newest = all.at(-1)?.id ?? 0;
  return to === null || newest < to ? 0 : to;
}

function refusalIn(response: string): string | null {
  const code = Number(/"code":\s*(\d{3})\b/.exec(response)?.[1]);
  if (code >= 400) return `code ${code}`;
  return /"state":\s*"fail"/.test(response) ? 'task failed' : null;
}
