import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/**
 * What prom-client tells of a Node.js process under the names that everybody's dashboards know (`process_…`, `nodejs_…`): memory, CPU,
 * event-loop lag, garbage collection. Measured once in a process, however many applications run in it: it is theirs together.
 */
export function processExposition(): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry.metrics();
}
