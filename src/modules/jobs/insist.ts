import { setTimeout as pause } from 'node:timers/promises';
import { isDatabaseGone, logger, sqlStateOf, toError } from '../../platform/index.js';

const PAUSE_MS = 500;
const log = logger('jobs');

/**
 * Tries to note a fact of the outside world, a task that was made or a video that was sent, again and again until a time of
 * `performance.now()`: forgotten, it would be done twice, or paid for in vain, and PostgreSQL may be away for a moment.
 *
 * @throws the last error once that time is over, and at once what is no trouble of the database.
 */
export async function insist<T>(untilMs: number, note: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await note();
    } catch (error) {
      const isOfDatabase = isDatabaseGone(error) || sqlStateOf(error) !== undefined;
      if (!isOfDatabase || performance.now() + PAUSE_MS > untilMs) throw error;
      log.warn({ err: toError(error) }, 'What was done could not be noted yet');
      await pause(PAUSE_MS);
    }
  }
}
