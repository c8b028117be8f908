import { duration, shortId } from '../../../ui/words/formatting.rules.js';
import { plain } from '../../../ui/words/words.rules.js';

/** A detail of an event, in readable words. */
export interface Detail {
  key: string;
  value: string;
}

/** Why an event happens, where its name says so already. */
const USUAL_REPORTS: Readonly<Record<string, string>> = {
  create: 'prompt_written',
  start_task: 'creation_starting',
  generate: 'task_accepted',
  deliver: 'task_succeeded',
  complete: 'video_sent',
  fail: 'task_failed',
};
/** Whole answers, which stand among the calls. */
const UNTOLD: ReadonlySet<string> = new Set(['raw']);
const VALUE_LENGTH_MAX = 160;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What an event says besides its name, compact: nothing twice, no nulls, times with their unit, long values cut. */
export function compactDetails(event: string, details: Readonly<Record<string, unknown>>): Detail[] {
  const all = detailsOf(event, details);
  return all.filter(({ key }, index) => all.findIndex((one) => one.key === key) === index);
}

function detailsOf(event: string, details: Readonly<Record<string, unknown>>): Detail[] {
  return Object.entries(details).flatMap(([key, value]) => {
    if (value === null || value === undefined || value === '' || UNTOLD.has(key)) return [];
    if (key === 'report' && value === USUAL_REPORTS[event]) return [];
    if (key === 'details' && isRecord(value)) return detailsOf(event, value);
    return [{ key: readableKey(key), value: cut(readableValue(key, value)) }];
  });
}

function readableKey(key: string): string {
  const words = key.replace(/(Ms|S)$/, '').replace(/([a-z])([A-Z])/g, '$1 $2');
  return (key === 'report' ? 'because' : words.replaceAll('_', ' ')).toLowerCase();
}

function readableValue(key: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return key.endsWith('Ms') ? duration(value) : String(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (key === 'report') return plain('report', value);
  if (key === 'reason') return value.replaceAll('_', ' ');
  if (key === 'source') return plain('promptSource', value);
  return UUID.test(value) ? shortId(value) : value;
}

function cut(value: string): string {
  return value.length > VALUE_LENGTH_MAX ? `${value.slice(0, VALUE_LENGTH_MAX)}…` : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
